# Written by `terraform init`, which adds the checksums of the machine it runs on; `terraform providers lock` adds those of others.

provider "registry.terraform.io/azure/azapi" {
  version     = "2.12.0"
  constraints = "~> 2.12"
}

provider "registry.terraform.io/hashicorp/azurerm" {
  version     = "5.2.0"
  constraints = "~> 5.2"
}

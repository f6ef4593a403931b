# Which Terraform and which providers this is written for; state goes where the caller's backend says.
terraform {
  required_version = ">= 1.9, < 2.0"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 5.2"
    }
    # The function app: azurerm's resource for Flex Consumption writes a broken AzureWebJobsStorage beside the identity settings.
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.5"
    }
  }

  backend "azurerm" {}
}

provider "azurerm" {
  subscription_id = var.subscription_id
  # The account takes no shared keys, so Terraform itself comes with its identity as well.
  storage_use_azuread = true

  features {
    key_vault {
      purge_soft_delete_on_destroy = false
    }
  }
}

provider "azapi" {
  subscription_id = var.subscription_id
}

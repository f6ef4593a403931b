# Which Terraform and which providers this is written for; state goes where the caller's backend says.
terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 5.2"
    }
    # What azurerm cannot say: the function app (its own resource writes a broken AzureWebJobsStorage beside the
    # identity settings), tables (azurerm's needs the shared key this account does not take), and containers whose blobs
    # cannot be changed.
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.12"
    }
  }

  backend "azurerm" {}
}

provider "azurerm" {
  subscription_id = var.subscription_id
  # The account takes no shared keys, so Terraform itself comes with its identity as well.
  storage_use_azuread = true

  # azurerm 5 registers nothing by itself. Registering is an action on the subscription: Contributor may, a role on one
  # resource group may not; then an owner runs `az provider register` once and register_resource_providers is false.
  resource_provider_registrations = "none"
  resource_providers_to_register  = var.register_resource_providers ? local.resource_providers : []

  features {
    key_vault {
      purge_soft_delete_on_destroy = false
    }
  }
}

provider "azapi" {
  subscription_id = var.subscription_id
}

locals {
  # Every namespace something in this directory belongs to.
  resource_providers = [
    "Microsoft.App",
    "Microsoft.ContainerRegistry",
    "Microsoft.Insights",
    "Microsoft.KeyVault",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
    "Microsoft.Storage",
    "Microsoft.Web",
  ]
}

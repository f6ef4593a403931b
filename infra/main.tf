# The resource group everything stands in, and the names derived from the deployment's.
locals {
  suffix  = "${var.name}-${var.environment}"
  compact = "${var.name}${var.environment}${substr(sha256(var.subscription_id), 0, 6)}"
  tags    = merge({ product = "cmap", environment = var.environment }, var.tags)
}

data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "this" {
  name     = "rg-${local.suffix}"
  location = var.location
  tags     = local.tags
}

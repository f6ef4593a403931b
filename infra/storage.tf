# The only state of the product: one account without shared keys, with its queues, tables and containers.

# Adding a queue, a table or a container here also gives the runner and the functions their roles on it (roles.tf).
locals {
  queues = toset(["tasks", "tasks-poison"])
  tables = toset(["runs", "runevents", "state"])
  # `artefacts` holds transcripts, `config` the project map, `packages` the code of the function app.
  containers = toset(["artefacts", "config", "packages"])
}

resource "azurerm_storage_account" "this" {
  name                = "st${local.compact}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  account_tier             = "Standard"
  account_replication_type = "ZRS"

  # Nobody comes with a key: identities and their roles are the only way in.
  shared_access_key_enabled        = false
  default_to_oauth_authentication  = true
  allow_nested_items_to_be_public  = false
  cross_tenant_replication_enabled = false
  local_user_enabled               = false
  https_traffic_only_enabled       = true
  min_tls_version                  = "TLS1_2"
  public_network_access_enabled    = !var.private_network

  blob_properties {
    delete_retention_policy {
      days = 7
    }
    container_delete_retention_policy {
      days = 7
    }
  }
}

resource "azurerm_storage_queue" "this" {
  for_each           = local.queues
  name               = each.key
  storage_account_id = azurerm_storage_account.this.id
}

resource "azurerm_storage_table" "this" {
  for_each           = local.tables
  name               = each.key
  storage_account_id = azurerm_storage_account.this.id
}

resource "azurerm_storage_container" "this" {
  for_each              = local.containers
  name                  = each.key
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"
}

# Tables clean up after themselves (the sweeper purges); blobs do not.
resource "azurerm_storage_management_policy" "this" {
  storage_account_id = azurerm_storage_account.this.id

  rule {
    name    = "delete-old-artefacts"
    enabled = true

    filters {
      blob_types   = ["blockBlob"]
      prefix_match = ["artefacts/"]
    }

    actions {
      base_blob {
        delete_after_days_since_modification_greater_than = var.retention_in_days
      }
    }
  }
}

# The only state of the product: one account without shared keys, with its queues, tables and containers.

# Adding a queue, a table or a container here also gives the runner and the functions their roles on it (roles.tf).
locals {
  queues = toset(["tasks", "tasks-poison"])
  # One more for the tasks of each image: a job is started by the length of one queue.
  image_queues = toset([for name in keys(var.runner_images) : "tasks-${name}"])
  tables       = toset(["runs", "runevents", "state"])
  # `artefacts` holds transcripts, `config` the project map, `packages` the code of the function app. What is kept for
  # auditors stands in containers of its own (audit.tf).
  containers = toset(["artefacts", "config", "packages"])
}

resource "azurerm_storage_account" "this" {
  name                = "st${local.compact}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  account_tier             = "Standard"
  account_replication_type = "ZRS"

  # No access by key: identities and their roles are the only way in.
  shared_access_key_enabled        = false
  default_to_oauth_authentication  = true
  allow_nested_items_to_be_public  = false
  cross_tenant_replication_enabled = false
  local_user_enabled               = false
  https_traffic_only_enabled       = true
  min_tls_version                  = "TLS1_2"
  public_network_access_enabled    = local.has_public_door

  # Where all is allowed nothing is bypassed: azurerm reads Azure's defaults back as no block, and every plan after that
  # would set them again.
  network_rules {
    default_action = var.private_network ? "Deny" : "Allow"
    bypass         = [var.private_network ? "AzureServices" : "None"]
    ip_rules       = local.operator_addresses
  }

  blob_properties {
    # Blobs that cannot be changed need versions; those of other containers are deleted by a rule below.
    versioning_enabled = true

    delete_retention_policy {
      days = 7
    }
    container_delete_retention_policy {
      days = 7
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "azurerm_storage_queue" "this" {
  for_each           = setunion(local.queues, local.image_queues)
  name               = each.key
  storage_account_id = azurerm_storage_account.this.id
}

# Not azurerm_storage_table: it sets and reads access policies with the shared key at every apply and refresh, and this
# account takes none.
resource "azapi_resource" "table" {
  for_each  = local.tables
  type      = "Microsoft.Storage/storageAccounts/tableServices/tables@2023-05-01"
  name      = each.key
  parent_id = "${azurerm_storage_account.this.id}/tableServices/default"
  body      = {}
}

resource "azurerm_storage_container" "this" {
  for_each              = local.containers
  name                  = each.key
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"
}

# Tables clean up after themselves (the sweeper purges); blobs do not. An account has one policy, so the rules of the
# audit stand here too; a rule without a prefix would reach what auditors rely on.
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

  rule {
    name    = "delete-old-versions"
    enabled = true

    filters {
      blob_types   = ["blockBlob"]
      prefix_match = [for name in sort(tolist(local.containers)) : "${name}/"]
    }

    actions {
      version {
        delete_after_days_since_creation = 30
      }
    }
  }

  dynamic "rule" {
    for_each = local.audit_rules
    content {
      name    = "audit-${rule.key}"
      enabled = true

      filters {
        blob_types   = ["blockBlob"]
        prefix_match = rule.value.prefixes
      }

      actions {
        base_blob {
          tier_to_cool_after_days_since_modification_greater_than = var.audit.cool_after_days
          tier_to_cold_after_days_since_modification_greater_than = var.audit.cold_after_days
          delete_after_days_since_modification_greater_than       = rule.value.keep_days
        }
      }
    }
  }
}

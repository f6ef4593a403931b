# What auditors rely on: audits and the exported run ledger, in containers whose blobs can be neither changed nor
# deleted for a time.
locals {
  audit_containers = {
    audits = "Release audits: json/, xlsx/, evidence/ and logs/."
    ledger = "The run ledger as it is exported: days/, one file for each finished day, each naming the one before."
  }

  # Each kind of file is kept for a time of its own. The ledger is kept as long as the evidence it explains.
  audit_rules = merge(
    { for kind, days in var.audit.keep_days : kind => { prefixes = ["audits/${kind}/"], keep_days = days } },
    { ledger = { prefixes = ["ledger/"], keep_days = var.audit.keep_days.evidence } },
  )
}

# Immutability by version can only be chosen when the container is made, which azurerm cannot do.
resource "azapi_resource" "audit_container" {
  for_each  = local.audit_containers
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01"
  name      = each.key
  parent_id = "${azurerm_storage_account.this.id}/blobServices/default"

  body = {
    properties = {
      publicAccess                   = "None"
      metadata                       = { purpose = each.key }
      immutableStorageWithVersioning = { enabled = true }
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

# Not locked: an owner can still shorten it, and that is seen in the activity log. Locking is for ever and a person's
# decision (README.md).
resource "azapi_resource" "audit_immutability" {
  for_each  = local.audit_containers
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2023-05-01"
  name      = "default"
  parent_id = azapi_resource.audit_container[each.key].id

  body = {
    properties = {
      immutabilityPeriodSinceCreationInDays = var.audit.immutable_days
      allowProtectedAppendWrites            = false
    }
  }
}

# Who read, wrote and deleted what auditors rely on.
resource "azurerm_monitor_diagnostic_setting" "blobs" {
  name                       = "audit"
  target_resource_id         = "${azurerm_storage_account.this.id}/blobServices/default"
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id

  enabled_log {
    category = "StorageDelete"
  }
}

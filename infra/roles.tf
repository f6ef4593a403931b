# Who can do what. Nothing else in this directory gives anybody a right.
locals {
  # Object ids by the words used below.
  principals = merge(
    { for program in local.programs : program => azurerm_user_assigned_identity.this[program].principal_id },
  )

  # The functions host keeps its leases and timers in blobs, and the functions create what is missing: the whole account.
  functions_grants = {
    "functions blobs"  = { who = "functions", role = "Storage Blob Data Owner", scope = azurerm_storage_account.this.id }
    "functions queues" = { who = "functions", role = "Storage Queue Data Contributor", scope = azurerm_storage_account.this.id }
    "functions tables" = { who = "functions", role = "Storage Table Data Contributor", scope = azurerm_storage_account.this.id }
  }

  # The runner works with what is there, and cannot touch the code of the functions or the project map. Its identity also pulls the
  # image and lets the scaler read the length of the queue.
  runner_grants = merge(
    { for name, queue in azurerm_storage_queue.this : "runner queue ${name}" => { who = "runner", role = "Storage Queue Data Contributor", scope = queue.id } },
    { for name, table in azurerm_storage_table.this : "runner table ${name}" => { who = "runner", role = "Storage Table Data Contributor", scope = table.id } },
    {
      "runner artefacts" = { who = "runner", role = "Storage Blob Data Contributor", scope = azurerm_storage_container.this["artefacts"].id }
      "runner map"       = { who = "runner", role = "Storage Blob Data Reader", scope = azurerm_storage_container.this["config"].id }
      "runner image"     = { who = "runner", role = "AcrPull", scope = azurerm_container_registry.this.id }
    },
  )

  # One grant for each secret and reader, so that no program reads a secret that is not its own.
  secret_grants = merge([
    for name, readers in local.secrets : {
      for who in readers : "${who} secret ${name}" => {
        who   = who
        role  = "Key Vault Secrets User"
        scope = "${azurerm_key_vault.this.id}/secrets/${name}"
      }
    }
  ]...)

  grants = merge(local.functions_grants, local.runner_grants, local.secret_grants)

  # People who run the deployment: they set secrets, upload the map and the code, look at queues and requeue.
  operator_roles = {
    "secrets" = { role = "Key Vault Secrets Officer", scope = azurerm_key_vault.this.id }
    "blobs"   = { role = "Storage Blob Data Contributor", scope = azurerm_storage_account.this.id }
    "queues"  = { role = "Storage Queue Data Contributor", scope = azurerm_storage_account.this.id }
    "tables"  = { role = "Storage Table Data Contributor", scope = azurerm_storage_account.this.id }
    "images"  = { role = "AcrPush", scope = azurerm_container_registry.this.id }
  }
  operator_grants = merge([
    for operator in var.operators : {
      for name, grant in local.operator_roles : "${operator} ${name}" => merge(grant, { who = operator })
    }
  ]...)
}

resource "azurerm_role_assignment" "program" {
  for_each             = local.grants
  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = local.principals[each.value.who]
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "operator" {
  for_each             = local.operator_grants
  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = each.value.who
}

# Who can do what. Nothing else in this directory gives anybody a right.
locals {
  # Object ids by the words used below.
  principals = merge(
    { for program in local.programs : program => azurerm_user_assigned_identity.this[program].principal_id },
  )

  # The functions host keeps its leases and timers in blobs, and the functions create what is missing: the whole
  # account. Audits they can write but, like everybody, not change.
  functions_grants = {
    "functions blobs"  = { who = "functions", role = "Storage Blob Data Owner", scope = azurerm_storage_account.this.id }
    "functions queues" = { who = "functions", role = "Storage Queue Data Contributor", scope = azurerm_storage_account.this.id }
    "functions tables" = { who = "functions", role = "Storage Table Data Contributor", scope = azurerm_storage_account.this.id }
  }

  # The runner works with what is there, and cannot touch the code of the functions or the project map. Its identity
  # also pulls the image and lets the scaler read the length of the queue.
  runner_grants = merge(
    { for name, queue in azurerm_storage_queue.this : "runner queue ${name}" => { who = "runner", role = "Storage Queue Data Contributor", scope = queue.id } },
    { for name, table in azapi_resource.table : "runner table ${name}" => { who = "runner", role = "Storage Table Data Contributor", scope = table.id } },
    { for name, container in azapi_resource.audit_container : "runner ${name}" => { who = "runner", role = "Storage Blob Data Contributor", scope = container.id } },
    {
      "runner artefacts" = { who = "runner", role = "Storage Blob Data Contributor", scope = azurerm_storage_container.this["artefacts"].id }
      "runner map"       = { who = "runner", role = "Storage Blob Data Reader", scope = azurerm_storage_container.this["config"].id }
      "runner image"     = { who = "runner", role = "AcrPull", scope = azurerm_container_registry.this.id }
    },
  )

  # One grant for each secret and reader, so that no program reads a secret that is not its own. A role may be given on
  # a secret that does not exist yet.
  secret_grants = merge([
    for name, readers in module.settings.readers : {
      for who in readers : "${who} secret ${name}" => {
        who   = who
        role  = "Key Vault Secrets User"
        scope = "${azurerm_key_vault.this["programs"].id}/secrets/${name}"
      }
    }
  ]...)

  # GitLab tokens are what both programs work with, all of them, those of aliases that do not exist yet included.
  gitlab_grants = {
    for who in ["functions", "runner"] : "${who} gitlab tokens" => { who = who, role = "Key Vault Secrets User", scope = azurerm_key_vault.this["gitlab"].id }
  }

  collector_grants = local.has_collector ? {
    "collector secret otlp-token" = { who = "collector", role = "Key Vault Secrets User", scope = "${azurerm_key_vault.this["programs"].id}/secrets/otlp-token" }
  } : {}

  grants = merge(local.functions_grants, local.runner_grants, local.secret_grants, local.gitlab_grants, local.collector_grants)

  # People who run the deployment: they set secrets, upload the map and the code, look at queues and requeue.
  operator_roles = {
    "secrets"        = { role = "Key Vault Secrets Officer", scope = azurerm_key_vault.this["programs"].id }
    "gitlab secrets" = { role = "Key Vault Secrets Officer", scope = azurerm_key_vault.this["gitlab"].id }
    "blobs"          = { role = "Storage Blob Data Contributor", scope = azurerm_storage_account.this.id }
    "links"          = { role = "Storage Blob Delegator", scope = azurerm_storage_account.this.id }
    "queues"         = { role = "Storage Queue Data Contributor", scope = azurerm_storage_account.this.id }
    "tables"         = { role = "Storage Table Data Contributor", scope = azurerm_storage_account.this.id }
    "images"         = { role = "AcrPush", scope = azurerm_container_registry.this.id }
  }

  # Auditors read what is kept for them, and can make links to it that expire.
  auditor_roles = merge(
    { for name, container in azapi_resource.audit_container : name => { role = "Storage Blob Data Reader", scope = container.id } },
    { "links" = { role = "Storage Blob Delegator", scope = azurerm_storage_account.this.id } },
  )

  people_grants = merge(
    merge([for who in var.operators : { for name, grant in local.operator_roles : "${who} ${name}" => merge(grant, { who = who }) }]...),
    # Who is both an operator and an auditor has the wider right already.
    merge([for who in setsubtract(var.auditors, var.operators) : { for name, grant in local.auditor_roles : "${who} audit ${name}" => merge(grant, { who = who }) }]...),
  )
}

resource "azurerm_role_assignment" "program" {
  for_each             = local.grants
  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = local.principals[each.value.who]
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "people" {
  for_each             = local.people_grants
  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = each.value.who
}

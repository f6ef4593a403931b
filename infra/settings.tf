# The settings of both programs, computed in one place that can be tried without a subscription.
locals {
  storage_uris = {
    blob  = "https://${azurerm_storage_account.this.name}.blob.core.windows.net"
    queue = "https://${azurerm_storage_account.this.name}.queue.core.windows.net"
    table = "https://${azurerm_storage_account.this.name}.table.core.windows.net"
  }
}

module "settings" {
  source = "./modules/settings"

  deployment = {
    gitlab_url         = var.gitlab_url
    jira               = var.jira
    webhooks           = var.webhooks
    credential_aliases = var.credential_aliases
    map_secrets        = var.map_secrets
    model              = var.model
    project_map        = var.project_map
    settings           = var.settings
    extra_settings     = var.extra_settings
    extra_secrets      = var.extra_secrets
    audit              = var.audit
    proxy              = var.proxy
    company_ca         = var.company_ca
    wall_clock_minutes = var.runner.wall_clock_minutes
    runner_images      = keys(var.runner_images)
  }

  made = {
    name         = local.suffix
    storage_uris = local.storage_uris
    vault_uris   = { for name, vault in azurerm_key_vault.this : name => vault.vault_uri }
    client_ids   = { for program, identity in azurerm_user_assigned_identity.this : program => identity.client_id }
    insights     = azurerm_application_insights.this.connection_string
    collector    = local.has_collector ? "https://${local.collector_name}.${azurerm_container_app_environment.this.default_domain}" : null
  }
}

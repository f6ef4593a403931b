# Every secret, and which program reads it. People put the values in (README.md); Terraform knows the names only.
locals {
  gitlab_secrets = concat(
    ["gitlab-token"],
    [for alias in sort(var.credential_aliases) : "gitlab-token--${replace(alias, "_", "-")}"],
  )
  model_secret   = var.model.kind == "github" ? "github-token" : "copilot-provider-api-key"
  webhook_secret = var.gitlab_webhooks_signed ? "gitlab-webhook-signing-token" : "gitlab-webhook-secret"

  # Secret -> the programs whose identity may read it. The runner stands next to the agent and gets nothing it can do without.
  secrets = merge(
    { for name in local.gitlab_secrets : name => ["functions", "runner"] },
    {
      "jira-api-token"       = ["functions", "runner"]
      (local.model_secret)   = ["runner"]
      (local.webhook_secret) = ["functions"]
      "jira-webhook-secret"  = ["functions"]
      "cmap-admin-secret"    = ["functions"]
    },
  )
}

resource "azurerm_key_vault" "this" {
  name                = "kv${local.compact}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  tenant_id                     = data.azurerm_client_config.current.tenant_id
  sku_name                      = "standard"
  rbac_authorization_enabled    = true
  soft_delete_retention_days    = 90
  purge_protection_enabled      = true
  public_network_access_enabled = !var.private_network
}

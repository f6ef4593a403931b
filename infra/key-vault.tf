# Two vaults, because a right on a vault is a right on all of it. `gitlab` holds GitLab tokens and nothing else: both
# programs read all of it, so that a new alias works the moment it is there. `programs` holds everything else, and there
# each program reads its own secrets. People put the values in (README.md); Terraform knows the names only. Why:
# docs/adr/0014-a-vault-for-gitlab-tokens.md.
locals {
  # Vault names are unique in the world and 24 characters at most.
  vaults = {
    programs = "kv${local.compact}"
    gitlab   = "kg${local.compact}"
  }
}

resource "azurerm_key_vault" "this" {
  for_each            = local.vaults
  name                = each.value
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = merge(local.tags, { holds = each.key == "gitlab" ? "GitLab tokens" : "all other secrets" })

  tenant_id                  = data.azurerm_client_config.current.tenant_id
  sku_name                   = "standard"
  rbac_authorization_enabled = true
  soft_delete_retention_days = 90
  purge_protection_enabled   = true
  # With a private network: open to the addresses of operators and CI, if there are any, and otherwise to nothing
  # outside.
  public_network_access_enabled = local.has_public_door

  network_acls {
    default_action = var.private_network ? "Deny" : "Allow"
    bypass         = "AzureServices"
    ip_rules       = local.operator_addresses
  }

  lifecycle {
    prevent_destroy = true
  }
}

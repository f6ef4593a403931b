# The function app on Flex Consumption: webhooks, pollers and the sweeper. It costs nothing while nothing happens.
locals {
  storage_uris = {
    blob  = "https://${azurerm_storage_account.this.name}.blob.core.windows.net"
    queue = "https://${azurerm_storage_account.this.name}.queue.core.windows.net"
    table = "https://${azurerm_storage_account.this.name}.table.core.windows.net"
  }

  # What the functions and the runner are told alike. Both read GitLab tokens from the vault by name, so that a new alias or a rotated
  # token needs no deployment.
  common_settings = {
    AzureWebJobsStorage__blobServiceUri  = local.storage_uris.blob
    AzureWebJobsStorage__queueServiceUri = local.storage_uris.queue
    AzureWebJobsStorage__tableServiceUri = local.storage_uris.table
    KEY_VAULT_URI                        = azurerm_key_vault.this.vault_uri
    GITLAB_URL                           = var.gitlab_url
    JIRA_URL                             = var.jira.url
    JIRA_EMAIL                           = var.jira.email
    JIRA_PROJECT_MAP_SOURCE              = "${local.storage_uris.blob}/config/project-map.json"
    AGENT_ID                             = local.suffix
  }

  # Setting -> secret. The platform resolves these; the program refuses to start when one stays unresolved.
  functions_secrets = {
    JIRA_API_TOKEN                                                                          = "jira-api-token"
    JIRA_WEBHOOK_SECRET                                                                     = "jira-webhook-secret"
    CMAP_ADMIN_SECRET                                                                       = "cmap-admin-secret"
    (var.gitlab_webhooks_signed ? "GITLAB_WEBHOOK_SIGNING_TOKEN" : "GITLAB_WEBHOOK_SECRET") = local.webhook_secret
  }

  # Whoever no rule lets in is refused by the platform, before the program starts. Deployments (scm) need an identity and stay open.
  ip_restrictions = [
    for index, range in var.allowed_ip_ranges : {
      name      = "allowed-${index}"
      ipAddress = range
      action    = "Allow"
      priority  = 100 + index
    }
  ]
  ip_default_action = length(local.ip_restrictions) > 0 ? "Deny" : "Allow"

  functions_settings = merge(
    local.common_settings,
    {
      AzureWebJobsStorage__credential       = "managedidentity"
      AzureWebJobsStorage__clientId         = azurerm_user_assigned_identity.this["functions"].client_id
      AZURE_CLIENT_ID                       = azurerm_user_assigned_identity.this["functions"].client_id
      APPLICATIONINSIGHTS_CONNECTION_STRING = azurerm_application_insights.this.connection_string
      # Larger bodies never reach the handlers, which have the same limit.
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT = "2097152"
    },
    { for name, secret in local.functions_secrets : name => "@Microsoft.KeyVault(SecretUri=${azurerm_key_vault.this.vault_uri}secrets/${secret})" },
  )
}

resource "azurerm_service_plan" "this" {
  name                = "plan-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
  os_type             = "Linux"
  sku_name            = "FC1"
}

resource "azapi_resource" "functions" {
  type      = "Microsoft.Web/sites@2025-03-01"
  name      = "func-${local.compact}"
  parent_id = azurerm_resource_group.this.id
  location  = azurerm_resource_group.this.location
  tags      = local.tags

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.this["functions"].id]
  }

  body = {
    kind = "functionapp,linux"
    properties = {
      serverFarmId              = azurerm_service_plan.this.id
      httpsOnly                 = true
      clientAffinityEnabled     = false
      publicNetworkAccess       = "Enabled"
      keyVaultReferenceIdentity = azurerm_user_assigned_identity.this["functions"].id
      virtualNetworkSubnetId    = var.private_network ? azurerm_subnet.functions[0].id : null

      functionAppConfig = {
        runtime = { name = "node", version = "24" }
        deployment = {
          storage = {
            type  = "blobContainer"
            value = "${local.storage_uris.blob}/${azurerm_storage_container.this["packages"].name}"
            authentication = {
              type                           = "UserAssignedIdentity"
              userAssignedIdentityResourceId = azurerm_user_assigned_identity.this["functions"].id
            }
          }
        }
        scaleAndConcurrency = {
          instanceMemoryMB     = var.functions.instance_memory_in_mb
          maximumInstanceCount = var.functions.maximum_instance_count
          alwaysReady          = var.functions.always_ready_http > 0 ? [{ name = "http", instanceCount = var.functions.always_ready_http }] : []
        }
      }

      siteConfig = {
        minTlsVersion                       = "1.2"
        scmMinTlsVersion                    = "1.2"
        ftpsState                           = "Disabled"
        http20Enabled                       = true
        healthCheckPath                     = "/api/health"
        ipSecurityRestrictions              = local.ip_restrictions
        ipSecurityRestrictionsDefaultAction = local.ip_default_action
        scmIpSecurityRestrictionsUseMain    = false
        appSettings                         = [for name, value in local.functions_settings : { name = name, value = value }]
      }
    }
  }

  response_export_values = ["properties.defaultHostName"]

  # An identity without its roles starts an app that cannot read its own code.
  depends_on = [azurerm_role_assignment.program]
}

# Deployments come with an identity, never with a publishing password.
resource "azapi_resource" "publishing_credentials" {
  for_each  = toset(["scm", "ftp"])
  type      = "Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01"
  name      = each.key
  parent_id = azapi_resource.functions.id

  body = {
    properties = { allow = false }
  }
}

# The function app on Flex Consumption: webhooks, pollers and the sweeper.
locals {
  # A caller that no rule lets in is refused by the platform, before the program starts. Deployments (scm) need an
  # identity and stay open.
  ip_restrictions = [
    for index, range in var.allowed_ip_ranges : {
      name      = "allowed-${index}"
      ipAddress = range
      tag       = "Default"
      action    = "Allow"
      priority  = 100 + index
    }
  ]
  # Who asks for health from outside must be let in too, or the alert would cry wolf.
  probe_restriction = length(var.availability_test) > 0 ? [{
    name      = "availability-test"
    ipAddress = "ApplicationInsightsAvailability"
    tag       = "ServiceTag"
    action    = "Allow"
    priority  = 900
  }] : []
  ip_default_action = length(local.ip_restrictions) > 0 ? "Deny" : "Allow"

  # The platform resolves references to secrets; the program refuses to start when one stays unresolved.
  functions_settings = merge(
    module.settings.functions,
    { for name, secret in module.settings.functions_secrets : name => "@Microsoft.KeyVault(SecretUri=${azurerm_key_vault.this["programs"].vault_uri}secrets/${secret})" },
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

# What is changed in the portal is not seen by a plan and is lost with the next change here: azapi does not read
# settings back.
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
      virtualNetworkSubnetId    = local.subnets.functions

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

      # Flex Consumption has no health check of the platform: /api/health is asked from outside (availability.tf).
      siteConfig = {
        minTlsVersion                       = "1.2"
        scmMinTlsVersion                    = "1.2"
        ftpsState                           = "Disabled"
        http20Enabled                       = true
        vnetRouteAllEnabled                 = var.private_network
        ipSecurityRestrictions              = length(local.ip_restrictions) > 0 ? concat(local.ip_restrictions, local.probe_restriction) : []
        ipSecurityRestrictionsDefaultAction = local.ip_default_action
        scmIpSecurityRestrictionsUseMain    = false
        appSettings                         = [for name, value in local.functions_settings : { name = name, value = value }]
      }
    }
  }

  response_export_values = ["properties.defaultHostName"]

  # An identity without its roles starts an app that cannot read its own code; so does one without the way to it.
  depends_on = [azurerm_role_assignment.program, azurerm_private_endpoint.this, azurerm_private_dns_zone_virtual_network_link.this]
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

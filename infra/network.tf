# Optional: storage and Key Vault behind private endpoints. Webhooks still come in over the public address of the function app.
locals {
  # Service -> what its private address is found by.
  private_services = var.private_network ? {
    blob  = { target = azurerm_storage_account.this.id, subresource = "blob", zone = "privatelink.blob.core.windows.net" }
    queue = { target = azurerm_storage_account.this.id, subresource = "queue", zone = "privatelink.queue.core.windows.net" }
    table = { target = azurerm_storage_account.this.id, subresource = "table", zone = "privatelink.table.core.windows.net" }
    vault = { target = azurerm_key_vault.this.id, subresource = "vault", zone = "privatelink.vaultcore.azure.net" }
  } : {}
}

resource "azurerm_virtual_network" "this" {
  count               = var.private_network ? 1 : 0
  name                = "vnet-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
  address_space       = [var.address_space]
}

resource "azurerm_subnet" "functions" {
  count                = var.private_network ? 1 : 0
  name                 = "functions"
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this[0].name
  address_prefixes     = [cidrsubnet(var.address_space, 3, 0)]

  delegation {
    name = "functions"
    service_delegation {
      name    = "Microsoft.App/environments"
      actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
    }
  }
}

resource "azurerm_subnet" "runners" {
  count                = var.private_network ? 1 : 0
  name                 = "runners"
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this[0].name
  address_prefixes     = [cidrsubnet(var.address_space, 3, 1)]

  delegation {
    name = "runners"
    service_delegation {
      name    = "Microsoft.App/environments"
      actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
    }
  }
}

resource "azurerm_subnet" "endpoints" {
  count                = var.private_network ? 1 : 0
  name                 = "endpoints"
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this[0].name
  address_prefixes     = [cidrsubnet(var.address_space, 3, 2)]
}

resource "azurerm_private_dns_zone" "this" {
  for_each            = local.private_services
  name                = each.value.zone
  resource_group_name = azurerm_resource_group.this.name
  tags                = local.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "this" {
  for_each            = local.private_services
  name                = each.key
  private_dns_zone_id = azurerm_private_dns_zone.this[each.key].id
  virtual_network_id  = azurerm_virtual_network.this[0].id
  tags                = local.tags
}

resource "azurerm_private_endpoint" "this" {
  for_each            = local.private_services
  name                = "pe-${local.suffix}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  subnet_id           = azurerm_subnet.endpoints[0].id
  tags                = local.tags

  private_service_connection {
    name                           = each.key
    private_connection_resource_id = each.value.target
    subresource_names              = [each.value.subresource]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [azurerm_private_dns_zone.this[each.key].id]
  }
}

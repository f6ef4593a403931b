# Optional: storage and the vaults behind private endpoints, in a network made here or in one of your own. Webhooks
# still come in over the public address of the function app.
locals {
  own_network = var.private_network && var.network.subnet_ids == null

  # Without a private network the public address is the only one; with it, it is open to operators and CI only.
  has_public_door    = !var.private_network || length(var.network.operator_ip_ranges) > 0
  operator_addresses = var.private_network ? [for range in var.network.operator_ip_ranges : trimsuffix(range, "/32")] : []

  # Subnet -> its place in the address space, and whether it is delegated to the platform. Container Apps and Flex
  # Consumption take a /27.
  own_subnets = local.own_network ? {
    functions = { index = 0, delegated = true }
    runners   = { index = 1, delegated = true }
    endpoints = { index = 2, delegated = false }
  } : {}
  # The eighth parts of the address space that are smaller than a /27 would be refused; those of a /24 are just that.
  new_bits = 3

  # Name -> id; null where the platform's own network is used.
  subnets = {
    for name in ["functions", "runners", "endpoints"] : name => var.private_network ? try(var.network.subnet_ids[name], azurerm_subnet.this[name].id) : null
  }

  # Service -> what its private address is found by.
  private_services = var.private_network ? {
    blob           = { target = azurerm_storage_account.this.id, subresource = "blob", zone = "blob" }
    queue          = { target = azurerm_storage_account.this.id, subresource = "queue", zone = "queue" }
    table          = { target = azurerm_storage_account.this.id, subresource = "table", zone = "table" }
    vault          = { target = azurerm_key_vault.this["programs"].id, subresource = "vault", zone = "vault" }
    "gitlab-vault" = { target = azurerm_key_vault.this["gitlab"].id, subresource = "vault", zone = "vault" }
  } : {}

  zone_names = {
    blob  = "privatelink.blob.core.windows.net"
    queue = "privatelink.queue.core.windows.net"
    table = "privatelink.table.core.windows.net"
    vault = "privatelink.vaultcore.azure.net"
  }
  own_zones = local.own_network ? { for name, zone in local.zone_names : name => zone if !contains(keys(var.network.dns_zone_ids), name) } : {}
  zone_ids  = merge(var.network.dns_zone_ids, { for name, zone in azurerm_private_dns_zone.this : name => zone.id })
}

module "egress" {
  source        = "./modules/egress"
  restrict      = var.network.restrict_egress
  inbound_https = local.has_collector
  allowed = merge(
    var.network.egress,
    local.has_collector ? { collector = { addresses = [azurerm_container_app_environment.this.static_ip_address], ports = ["443"] } } : {},
  )
}

resource "azurerm_virtual_network" "this" {
  count               = local.own_network ? 1 : 0
  name                = "vnet-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
  address_space       = [var.network.address_space]
  dns_servers         = var.network.dns_servers
}

resource "azurerm_subnet" "this" {
  for_each             = local.own_subnets
  name                 = each.key
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this[0].name
  address_prefixes     = [cidrsubnet(var.network.address_space, local.new_bits, each.value.index)]

  dynamic "delegation" {
    for_each = each.value.delegated ? ["Microsoft.App/environments"] : []
    content {
      name = each.key
      service_delegation {
        name    = delegation.value
        actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
      }
    }
  }
}

resource "azurerm_network_security_group" "this" {
  count               = local.own_network ? 1 : 0
  name                = "nsg-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  # Every field of a rule has to be said when rules are given as a list.
  security_rule = [
    for rule in module.egress.rules : {
      name                                       = rule.name
      description                                = ""
      direction                                  = rule.direction
      access                                     = rule.access
      priority                                   = rule.priority
      protocol                                   = rule.protocol
      source_port_range                          = "*"
      source_port_ranges                         = []
      source_address_prefix                      = rule.direction == "Outbound" ? "*" : one(rule.addresses)
      source_address_prefixes                    = []
      source_application_security_group_ids      = []
      destination_port_range                     = length(rule.ports) == 1 ? one(rule.ports) : ""
      destination_port_ranges                    = length(rule.ports) == 1 ? [] : rule.ports
      destination_address_prefix                 = rule.direction == "Inbound" ? "*" : length(rule.addresses) == 1 ? one(rule.addresses) : ""
      destination_address_prefixes               = rule.direction == "Outbound" && length(rule.addresses) > 1 ? rule.addresses : []
      destination_application_security_group_ids = []
    }
  ]
}

resource "azurerm_subnet_network_security_group_association" "this" {
  for_each                  = local.own_subnets
  subnet_id                 = azurerm_subnet.this[each.key].id
  network_security_group_id = azurerm_network_security_group.this[0].id
}

# One address for everything that goes out.
resource "azurerm_public_ip" "nat" {
  count               = local.own_network && var.network.nat_gateway ? 1 : 0
  name                = "pip-${local.suffix}-nat"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
  allocation_method   = "Static"
  sku                 = "Standard"
}

resource "azurerm_nat_gateway" "this" {
  count               = local.own_network && var.network.nat_gateway ? 1 : 0
  name                = "nat-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
  sku_name            = "Standard"
}

resource "azurerm_nat_gateway_public_ip_association" "this" {
  count                = local.own_network && var.network.nat_gateway ? 1 : 0
  nat_gateway_id       = azurerm_nat_gateway.this[0].id
  public_ip_address_id = azurerm_public_ip.nat[0].id
}

resource "azurerm_subnet_nat_gateway_association" "this" {
  for_each       = var.network.nat_gateway ? { for name, subnet in local.own_subnets : name => subnet if subnet.delegated } : {}
  subnet_id      = azurerm_subnet.this[each.key].id
  nat_gateway_id = azurerm_nat_gateway.this[0].id
}

# Our half of each peering; the other network makes its own, and lets this one use its gateway.
resource "azapi_resource" "peering" {
  for_each  = local.own_network ? var.network.peer_with : {}
  type      = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2024-05-01"
  name      = "peer-${each.key}"
  parent_id = azurerm_virtual_network.this[0].id

  body = {
    properties = {
      remoteVirtualNetwork      = { id = each.value }
      allowVirtualNetworkAccess = true
      allowForwardedTraffic     = true
      allowGatewayTransit       = false
    }
  }
}

resource "azurerm_private_dns_zone" "this" {
  for_each            = local.own_zones
  name                = each.value
  resource_group_name = azurerm_resource_group.this.name
  tags                = local.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "this" {
  for_each            = local.own_zones
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
  subnet_id           = local.subnets.endpoints
  tags                = local.tags

  private_service_connection {
    name                           = each.key
    private_connection_resource_id = each.value.target
    subresource_names              = [each.value.subresource]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [local.zone_ids[each.value.zone]]
  }
}

# The rules of the security groups: what may come in from outside, and what may go out. Pure: it makes nothing.

variable "restrict" {
  description = "Whether everything that is not named is refused on its way out."
  type        = bool
}

variable "allowed" {
  description = "Name -> addresses (ranges or service tags) and ports that may be reached."
  type        = map(object({ addresses = list(string), ports = list(string) }))
}

variable "inbound_https" {
  description = "Whether something in the network is asked for from outside: the collector of telemetry, by the functions."
  type        = bool
}

locals {
  # What the platform and the programs cannot do without. Where there is a tag for the region, the tag is wide on
  # purpose: the data is kept from leaving by identities, not by these rules.
  # https://learn.microsoft.com/azure/container-apps/firewall-integration
  always = {
    network          = { addresses = ["VirtualNetwork"], ports = ["*"], protocol = "*" }
    dns              = { addresses = ["168.63.129.16"], ports = ["53"], protocol = "*" }
    identities       = { addresses = ["AzureActiveDirectory"], ports = ["443"], protocol = "Tcp" }
    registry         = { addresses = ["AzureContainerRegistry"], ports = ["443"], protocol = "Tcp" }
    platform-images  = { addresses = ["MicrosoftContainerRegistry"], ports = ["443"], protocol = "Tcp" }
    platform-layers  = { addresses = ["AzureFrontDoor.FirstParty"], ports = ["443"], protocol = "Tcp" }
    monitor          = { addresses = ["AzureMonitor"], ports = ["443"], protocol = "Tcp" }
    storage-of-layer = { addresses = ["Storage"], ports = ["443"], protocol = "Tcp" }
    vaults           = { addresses = ["AzureKeyVault"], ports = ["443"], protocol = "Tcp" }
  }
  wanted = { for name, rule in var.allowed : name => merge(rule, { protocol = "Tcp" }) }
  outbound = var.restrict ? concat(
    [for name in keys(local.always) : merge(local.always[name], { name = "allow-${name}" })],
    [for name in keys(local.wanted) : merge(local.wanted[name], { name = "allow-own-${name}" })],
  ) : []
}

output "rules" {
  description = "Security rules in the order of their priority."
  value = concat(
    [
      for index, rule in local.outbound : {
        name      = rule.name
        direction = "Outbound"
        access    = "Allow"
        priority  = 100 + index * 10
        protocol  = rule.protocol
        addresses = rule.addresses
        ports     = rule.ports
      }
    ],
    var.restrict ? [{ name = "deny-all-else", direction = "Outbound", access = "Deny", priority = 4000, protocol = "*", addresses = ["*"], ports = ["*"] }] : [],
    # Webhooks come in over the public address of the function app, never through this network.
    var.inbound_https ? [{ name = "allow-collector", direction = "Inbound", access = "Allow", priority = 100, protocol = "Tcp", addresses = ["Internet"], ports = ["443", "31443"] }] : [],
    [{ name = "deny-internet", direction = "Inbound", access = "Deny", priority = 4000, protocol = "*", addresses = ["Internet"], ports = ["*"] }],
  )
}

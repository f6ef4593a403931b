# Who may reach the function app, and the private network.

variable "allowed_ip_ranges" {
  description = "CIDR ranges that may reach the function app, such as those GitLab and Jira send webhooks from; empty: everybody, and the secrets decide. The availability test is let in by itself."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : can(cidrhost(range, 0))])
    error_message = "allowed_ip_ranges must be CIDR ranges such as 203.0.113.0/24; a single address ends with /32."
  }

  validation {
    condition     = length(distinct(var.allowed_ip_ranges)) == length(var.allowed_ip_ranges) && length(var.allowed_ip_ranges) <= 500
    error_message = "allowed_ip_ranges must name each range once, and 500 at most: App Service takes no more than 512 rules."
  }
}

variable "private_network" {
  description = "Whether storage and the vaults are reached through private endpoints. `network` says how operators, CI and a self-managed GitLab are connected."
  type        = bool
  default     = false
}

variable "network" {
  description = "The private network; all of it is for private_network = true."
  type = object({
    # A network made here: at least a /24, of which a half is used.
    address_space = optional(string, "10.90.0.0/24")
    dns_servers   = optional(list(string), [])
    # Networks this one is peered with: a hub with a VPN, or that of a self-managed GitLab. The other side makes its
    # half.
    peer_with = optional(map(string), {})

    # A network of your own instead: three subnets (functions and runners delegated to Microsoft.App/environments, a /27
    # at least). Its security groups, NAT and routes are yours.
    subnet_ids = optional(object({ functions = string, runners = string, endpoints = string }))
    # Private DNS zones you have, by blob, queue, table and vault; those not named are made and linked here, where the
    # network is ours.
    dns_zone_ids = optional(map(string), {})

    # The way in for operators and CI that do not come through the network: public addresses storage and vaults let in
    # as well.
    operator_ip_ranges = optional(list(string), [])

    # One fixed public address for everything that goes out; GitLab and Jira can let it in.
    nat_gateway = optional(bool, true)
    # With restrict_egress nothing goes out but to Azure's own services and to what stands in egress: name -> ranges or
    # service tags.
    restrict_egress = optional(bool, false)
    egress          = optional(map(object({ addresses = list(string), ports = optional(list(string), ["443"]) })), {})
  })
  default = {}

  validation {
    condition     = can(cidrsubnet(var.network.address_space, 3, 7)) && try(tonumber(split("/", var.network.address_space)[1]) <= 24, false)
    error_message = "network.address_space must be a CIDR block of a /24 or larger, such as 10.90.0.0/24: Container Apps and Flex Consumption need a /27 each."
  }

  validation {
    condition     = alltrue([for range in var.network.operator_ip_ranges : can(cidrhost(range, 0)) && !can(regex("^(10\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.)", range))])
    error_message = "network.operator_ip_ranges must be public CIDR ranges; storage and vault firewalls refuse private ones. Come through a peered network instead."
  }

  validation {
    condition     = length(var.network.operator_ip_ranges) <= 200
    error_message = "network.operator_ip_ranges may have 200 ranges at most."
  }

  validation {
    condition     = alltrue([for id in values(var.network.peer_with) : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Network/virtualNetworks/[^/]+$", id))])
    error_message = "network.peer_with must hold ids of virtual networks; `az network vnet show --query id` prints one."
  }

  validation {
    condition     = var.network.subnet_ids == null || alltrue([for id in values(coalesce(var.network.subnet_ids, {})) : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Network/virtualNetworks/[^/]+/subnets/[^/]+$", id))])
    error_message = "network.subnet_ids must hold ids of subnets; `az network vnet subnet show --query id` prints one."
  }

  validation {
    condition     = length(setsubtract(keys(var.network.dns_zone_ids), ["blob", "queue", "table", "vault"])) == 0
    error_message = "network.dns_zone_ids knows blob, queue, table and vault."
  }

  validation {
    condition     = var.network.subnet_ids == null || length(var.network.dns_zone_ids) == 4
    error_message = "A network of your own needs your own zones too: all four of network.dns_zone_ids."
  }

  validation {
    condition     = var.network.subnet_ids == null || (length(var.network.peer_with) == 0 && !var.network.restrict_egress)
    error_message = "In a network of your own peerings and security groups are yours: leave network.peer_with and network.restrict_egress out."
  }

  validation {
    condition     = alltrue([for name, rule in var.network.egress : can(regex("^[a-z][a-z0-9-]{0,60}$", name)) && length(rule.addresses) > 0 && length(rule.ports) > 0]) && length(var.network.egress) <= 100
    error_message = "network.egress must be 100 rules at most, named in lower case, each with addresses and ports."
  }
}

variable "proxy" {
  description = "The company's proxy for everything that goes out, such as http://proxy.example.com:3128, and the hosts it is not for. No user and password: the address stands in the state."
  type = object({
    url      = string
    no_proxy = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.proxy == null || can(regex("^https?://[^@ /]+(:[0-9]+)?$", var.proxy.url))
    error_message = "proxy.url must be http:// or https://, a host and a port, without user, password or path."
  }
}

variable "company_ca" {
  description = "Certificates of the company's own authorities as PEM text; public by nature. `npm run deploy -- ENVIRONMENT --company-ca FILE` gives it."
  type        = string
  default     = null

  validation {
    condition     = var.company_ca == null || can(regex("^\\s*-----BEGIN CERTIFICATE-----", var.company_ca)) && !strcontains(coalesce(var.company_ca, "-"), "PRIVATE KEY")
    error_message = "company_ca must be PEM text that begins with -----BEGIN CERTIFICATE-----, and must hold no private key."
  }
}

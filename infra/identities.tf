# Who acts: one identity for the functions, one for the runner, one for the collector of telemetry. What they may do
# stands in roles.tf.
locals {
  programs = toset(["functions", "runner", "collector"])
}

resource "azurerm_user_assigned_identity" "this" {
  for_each            = local.programs
  name                = "id-${local.suffix}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
}

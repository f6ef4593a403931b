# Something to look at: one page in the Azure portal, and its queries under `Queries` of the workspace.
module "workbook" {
  source       = "./modules/workbook"
  workspace_id = azurerm_log_analytics_workspace.this.id
  prices       = var.model_prices
}

resource "azurerm_application_insights_workbook" "this" {
  # The portal wants a GUID, the same one at every deployment.
  name                = uuidv5("url", "cmap/${var.subscription_id}/${local.suffix}/workbook")
  display_name        = "cmap ${var.environment}"
  description         = "Runs, costs, queue, pollers, webhooks, reviews and health of ${local.suffix}."
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
  source_id           = lower(azurerm_log_analytics_workspace.this.id)
  data_json           = module.workbook.data_json
}

resource "azurerm_log_analytics_query_pack" "this" {
  name                = "queries-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
}

resource "azurerm_log_analytics_query_pack_query" "this" {
  for_each      = module.workbook.queries
  name          = uuidv5("url", "cmap/${var.subscription_id}/${local.suffix}/queries/${each.key}")
  query_pack_id = azurerm_log_analytics_query_pack.this.id
  display_name  = "cmap: ${each.value.title}"
  description   = each.value.description
  body          = each.value.text
  tags          = { product = "cmap" }
}

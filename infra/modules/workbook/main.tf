# The page of the Azure portal: every panel is a file of queries/ under its title. Pure: it makes nothing, so its JSON
# can be tried anywhere.

variable "workspace_id" {
  description = "Id of the Log Analytics workspace the queries are asked of."
  type        = string
}

variable "prices" {
  description = "Price of a million input and output tokens."
  type        = object({ input = number, output = number })
}

locals {
  folder = "${path.module}/../../queries"

  # In the order of the page; a row is 100 wide.
  panels = [
    { query = "runs", chart = "barchart", width = 50 },
    { query = "outcomes", chart = "table", width = 50 },
    { query = "time-to-merge-request", chart = "table", width = 50 },
    { query = "failures", chart = "table", width = 50 },
    { query = "spend", chart = "table", width = 100 },
    { query = "queue", chart = "timechart", width = 50 },
    { query = "pollers", chart = "table", width = 50 },
    { query = "webhooks", chart = "table", width = 50 },
    { query = "reviews", chart = "table", width = 50 },
    { query = "bindings", chart = "table", width = 50 },
    { query = "credentials", chart = "table", width = 50 },
    { query = "availability", chart = "timechart", width = 50 },
    { query = "runner-starts", chart = "table", width = 50 },
  ]

  # The first line of a file is its title, the second says what one sees.
  texts = { for file in fileset(local.folder, "*.kql") : trimsuffix(file, ".kql") => file("${local.folder}/${file}") }
  queries = {
    for name, text in local.texts : name => {
      title       = trimprefix(split("\n", text)[0], "// ")
      description = trimprefix(split("\n", text)[1], "// ")
      # What tokens cost is the deployment's to say.
      text = replace(replace(text, "priceOfInput = 0.0", "priceOfInput = ${format("%f", var.prices.input)}"), "priceOfOutput = 0.0", "priceOfOutput = ${format("%f", var.prices.output)}")
    }
  }

  time_range = {
    type = 9
    content = {
      version                 = "KqlParameterItem/1.0"
      crossComponentResources = [var.workspace_id]
      queryType               = 0
      resourceType            = "microsoft.operationalinsights/workspaces"
      parameters = [{
        id           = "6a3f4c1e-7c0d-4f55-9a0e-1f5f0a6b7c01"
        version      = "KqlParameterItem/1.0"
        name         = "TimeRange"
        label        = "Time"
        type         = 4
        isRequired   = true
        value        = { durationMs = 604800000 }
        typeSettings = { selectableValues = [for hours in [4, 24, 72, 168, 720, 2160] : { durationMs = hours * 3600000 }], allowCustom = true }
      }]
      style = "pills"
    }
    name = "time"
  }

  head = {
    type    = 1
    content = { json = "## cmap\nWhat runs do, why they fail, what they cost, and whether everything that feeds them works. Each panel is a saved query too." }
    name    = "head"
  }

  items = [
    for panel in local.panels : {
      type = 3
      content = {
        version                  = "KqlItem/1.0"
        query                    = local.queries[panel.query].text
        size                     = 0
        title                    = local.queries[panel.query].title
        noDataMessage            = "Nothing in this time."
        timeContextFromParameter = "TimeRange"
        queryType                = 0
        resourceType             = "microsoft.operationalinsights/workspaces"
        crossComponentResources  = [var.workspace_id]
        visualization            = panel.chart
      }
      customWidth = tostring(panel.width)
      name        = panel.query
    }
  ]
}

output "data_json" {
  description = "The workbook, as azurerm_application_insights_workbook takes it."
  value = jsonencode({
    version             = "Notebook/1.0"
    items               = concat([local.head, local.time_range], local.items)
    fallbackResourceIds = [var.workspace_id]
    "$schema"           = "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json"
  })
}

output "queries" {
  description = "Name -> title, description and text of each query."
  value       = local.queries
}

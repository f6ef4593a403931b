# Every setting of docs/configuration.md that is no secret and not decided elsewhere, by its name in lower case.

variable "settings" {
  description = "Settings of the programs; what is left out has the default of docs/configuration.md."
  type = object({
    agent_id                    = optional(string)
    log_level                   = optional(string)
    retry_base_seconds          = optional(number)
    sweep_patience_seconds      = optional(number)
    runs_per_month              = optional(number)
    tokens_per_month            = optional(number)
    cost_per_month              = optional(number)
    otel_exporter_otlp_endpoint = optional(string)
    otel_service_name           = optional(string)
    jira_project_map            = optional(string)
    jira_project_map_source     = optional(string)
    poll_jira_schedule          = optional(string)
    poll_gitlab_schedule        = optional(string)
    sweep_schedule              = optional(string)
    weekly_report_schedule      = optional(string)
    weekly_report_issue         = optional(string)
    weekly_report_webhook       = optional(string)
    run_retention_days          = optional(number)
    runner_grace_seconds        = optional(number)
    runner_idle_seconds         = optional(number)
    runner_runs_at_once         = optional(number)
    model_prices                = optional(string)
    price_currency              = optional(string)
    runner_workspace_root       = optional(string)
    runner_agent_user           = optional(string)
    runner_require_isolation    = optional(string)
    runner_lease_seconds        = optional(number)
    runner_max_attempts         = optional(number)
    runner_inactivity_seconds   = optional(number)
    runner_validate_minutes     = optional(number)
    max_concurrent_runs         = optional(number)
    transcripts                 = optional(string)
    git_author_name             = optional(string)
    git_author_email            = optional(string)
  })
  default = {}

  validation {
    condition     = coalesce(var.settings.runner_runs_at_once, 1) >= 1 && coalesce(var.settings.runner_runs_at_once, 1) <= 8 && floor(coalesce(var.settings.runner_runs_at_once, 1)) == coalesce(var.settings.runner_runs_at_once, 1)
    error_message = "settings.runner_runs_at_once must be a whole number from 1 to 8."
  }

  validation {
    condition     = contains(["debug", "info", "warn", "error"], coalesce(var.settings.log_level, "info"))
    error_message = "settings.log_level must be debug, info, warn or error."
  }

  validation {
    condition     = alltrue([for value in [var.settings.transcripts, var.settings.runner_require_isolation] : contains(["on", "off"], coalesce(value, "on"))])
    error_message = "settings.transcripts and settings.runner_require_isolation must be on or off."
  }

  validation {
    condition     = (var.settings.weekly_report_schedule != null) == (var.settings.weekly_report_issue != null || var.settings.weekly_report_webhook != null)
    error_message = "settings.weekly_report_schedule needs weekly_report_issue or weekly_report_webhook, and these need the schedule."
  }

  validation {
    condition     = coalesce(var.settings.run_retention_days, 90) >= 7 && coalesce(var.settings.run_retention_days, 90) <= 3650
    error_message = "settings.run_retention_days must be from 7 to 3650."
  }
}

variable "project_map" {
  description = "The project map as JSON, as `cmap render-terraform` writes it. It becomes a setting, so a change is an apply and restarts the functions; without it the map is the blob config/project-map.json."
  type        = string
  default     = null

  validation {
    condition     = var.project_map == null || can(keys(jsondecode(var.project_map).mappings))
    error_message = "project_map must be the JSON of a rendered map; `cmap render-terraform cmap.yaml` writes the whole file."
  }
}

variable "extra_settings" {
  description = "Settings that have no field here, by program: `functions`, `runner`. They stand in the state and in the portal; secrets go into extra_secrets."
  type = object({
    functions = optional(map(string), {})
    runner    = optional(map(string), {})
  })
  default = {}

  validation {
    condition     = alltrue([for name in concat(keys(var.extra_settings.functions), keys(var.extra_settings.runner)) : can(regex("^[A-Za-z_][A-Za-z0-9_]{0,63}$", name)) && !can(regex("(?i)(token|secret|password|_key)$|^GITLAB_TOKEN|^(EVENTS_(URL|SECRET)|VALIDATE_SECRET|SIGNING_KEY|MCP_SECRET)(__|$)|^AzureWebJobsStorage$", name))])
    error_message = "extra_settings must be named like environment variables; what is called token, secret, password or key goes into extra_secrets."
  }
}

variable "extra_secrets" {
  description = "Settings whose value is a secret in the vault of the programs, by program: setting -> name of the secret. Each program is given the right to read its own."
  type = object({
    functions = optional(map(string), {})
    runner    = optional(map(string), {})
  })
  default = {}

  validation {
    condition     = alltrue([for setting, secret in merge(var.extra_secrets.functions, var.extra_secrets.runner) : can(regex("^[A-Za-z_][A-Za-z0-9_]{0,63}$", setting)) && can(regex("^[0-9a-z-]{1,127}$", secret))])
    error_message = "extra_secrets must map names of environment variables to names of secrets of lower case letters, digits and dashes."
  }
}

# How a deployment is watched, how long things are kept, and what it may cost.

variable "alert_emails" {
  description = "Who is notified when work stands still or fails."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", address))])
    error_message = "alert_emails must be e-mail addresses."
  }
}

variable "alert_webhook" {
  description = "Address alerts are posted to as well, such as the incoming webhook of a chat channel or of an automation rule that opens a ticket in the team's project. It stands in the state; use one whose address alone lets no one read anything."
  type        = string
  default     = null

  validation {
    condition     = var.alert_webhook == null || can(regex("^https://[^ ]+$", var.alert_webhook))
    error_message = "alert_webhook must begin with https://."
  }
}

variable "availability_test" {
  description = "Whether /api/health is asked from outside every 15 minutes, from how many regions at once (geo ids of Application Insights). Empty: not at all."
  type        = set(string)
  default     = ["emea-nl-ams-azr"]

  validation {
    condition     = length(var.availability_test) <= 5 && alltrue([for place in var.availability_test : can(regex("^[a-z]+-[a-z]+-[a-z0-9]+-[a-z]+$", place))])
    error_message = "availability_test must be 5 geo ids at most, such as emea-nl-ams-azr."
  }
}

variable "telemetry" {
  description = "Traces and metrics of both programs. With `collector` an OpenTelemetry collector runs beside the runner and sends them to Application Insights; one small replica that is always there. Set settings.otel_exporter_otlp_endpoint instead to use a collector you have."
  type = object({
    collector       = optional(bool, true)
    collector_image = optional(string, "docker.io/otel/opentelemetry-collector-contrib:0.139.0")
  })
  default = {}

  validation {
    condition     = can(regex("^[a-z0-9.-]+/[^ ]+(:[A-Za-z0-9_.-]+|@sha256:[0-9a-f]{64})$", var.telemetry.collector_image)) && !endswith(var.telemetry.collector_image, ":latest")
    error_message = "telemetry.collector_image must name a registry, an image and a tag or digest; not latest."
  }
}

variable "model_prices" {
  description = "Price of a million input and output tokens in your currency, for the workbook; 0 shows tokens only."
  type = object({
    input  = optional(number, 0)
    output = optional(number, 0)
  })
  default = {}

  validation {
    condition     = var.model_prices.input >= 0 && var.model_prices.output >= 0
    error_message = "model_prices must not be negative."
  }
}

variable "retention_in_days" {
  description = "How long logs and the artefacts of runs are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.retention_in_days >= 30 && var.retention_in_days <= 730
    error_message = "retention_in_days must be from 30 to 730, which is what Log Analytics takes."
  }
}

variable "daily_log_quota_in_gb" {
  description = "Logs beyond this are dropped until the next day; a cap on cost, and an alert."
  type        = number
  default     = 1

  validation {
    condition     = var.daily_log_quota_in_gb == -1 || var.daily_log_quota_in_gb >= 0.1
    error_message = "daily_log_quota_in_gb must be at least 0.1, or -1 for no cap."
  }
}

variable "audit" {
  description = "The release audit. `schedule` is six fields of cron in UTC, such as `0 0 5 * * *`, and `versions` the fix versions it audits; without it audits run when asked for. Nothing in the container can be changed for `immutable_days`; `keep_days` is when each kind is deleted."
  type = object({
    schedule        = optional(string)
    versions        = optional(list(string), [])
    immutable_days  = optional(number, 365)
    cool_after_days = optional(number, 30)
    cold_after_days = optional(number, 180)
    keep_days = optional(object({
      json     = optional(number, 2555)
      xlsx     = optional(number, 2555)
      evidence = optional(number, 2555)
      logs     = optional(number, 400)
    }), {})
  })
  default = {}

  validation {
    condition     = var.audit.schedule == null || can(regex("^([^ ]+ ){5}[^ ]+$", var.audit.schedule))
    error_message = "audit.schedule must have six fields, such as `0 0 5 * * *` for every day at five o'clock UTC."
  }

  validation {
    condition     = (var.audit.schedule != null) == (length(var.audit.versions) > 0)
    error_message = "audit.schedule and audit.versions need each other: a schedule audits the versions, such as [\"2.4.0\"]."
  }

  validation {
    condition     = alltrue([for version in var.audit.versions : can(regex("^[^,]*[^,[:space:]][^,]*$", version))])
    error_message = "audit.versions must be names of fix versions as Jira spells them, without commas."
  }

  validation {
    condition     = var.audit.immutable_days >= 1 && var.audit.immutable_days <= 146000
    error_message = "audit.immutable_days must be from 1 to 146000, which is what Azure Storage takes."
  }

  validation {
    condition     = alltrue([for days in values(var.audit.keep_days) : days >= var.audit.immutable_days && days > var.audit.cold_after_days]) && var.audit.cool_after_days < var.audit.cold_after_days
    error_message = "audit.keep_days must not end before immutable_days and cold_after_days, and cool_after_days comes before cold_after_days."
  }
}

# What a deployment decides. Secrets are not among it: they go into the Key Vault by hand and never into a state file.

variable "subscription_id" {
  description = "Subscription everything is created in."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.subscription_id))
    error_message = "subscription_id must be a GUID; `az account show --query id` prints it."
  }
}

variable "name" {
  description = "Short name of the deployment; part of every resource's name."
  type        = string
  default     = "cmap"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,9}$", var.name))
    error_message = "name must be 2 to 10 lower case letters and digits and begin with a letter; storage accounts allow no more."
  }
}

variable "environment" {
  description = "Which deployment this is, such as dev or prod; part of every resource's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,5}$", var.environment))
    error_message = "environment must be 2 to 6 lower case letters and digits, such as dev or prod."
  }
}

variable "location" {
  description = "Azure region; Flex Consumption and Container Apps must both be there."
  type        = string
}

variable "tags" {
  description = "Tags on every resource."
  type        = map(string)
  default     = {}
}

variable "gitlab_url" {
  description = "The GitLab instance, as people open it."
  type        = string

  validation {
    condition     = startswith(var.gitlab_url, "https://") && !endswith(var.gitlab_url, "/")
    error_message = "gitlab_url must begin with https:// and end without a slash."
  }
}

variable "jira" {
  description = "The Jira site and the account of the agent. Its token is the Key Vault secret jira-api-token."
  type = object({
    url   = string
    email = string
  })

  validation {
    condition     = startswith(var.jira.url, "https://") && can(regex("^[^@ ]+@[^@ ]+$", var.jira.email))
    error_message = "jira.url must begin with https:// and jira.email must be an e-mail address."
  }
}

variable "credential_aliases" {
  description = "GitLab credentials besides `default`, by the names the project map uses; the secret of platform_team is gitlab-token--platform-team."
  type        = set(string)
  default     = []

  validation {
    condition = (
      alltrue([for alias in var.credential_aliases : can(regex("^[a-z][a-z0-9_]{0,49}$", alias))]) &&
      !contains(var.credential_aliases, "default")
    )
    error_message = "An alias is lower case letters, digits and underscores; `default` is always there and not listed."
  }
}

variable "model" {
  description = "Who answers the agent: `github` (secret github-token), or an endpoint of your own (secret copilot-provider-api-key)."
  type = object({
    kind        = string
    base_url    = optional(string)
    name        = optional(string)
    api_version = optional(string)
  })

  validation {
    condition     = contains(["github", "openai", "azure", "anthropic"], var.model.kind)
    error_message = "model.kind must be github, openai, azure or anthropic."
  }

  validation {
    condition     = var.model.kind == "github" || (var.model.base_url != null && var.model.name != null)
    error_message = "An endpoint of your own needs model.base_url and model.name."
  }
}

variable "gitlab_webhooks_signed" {
  description = "Whether GitLab signs its webhooks (secret gitlab-webhook-signing-token) or sends a shared one (gitlab-webhook-secret)."
  type        = bool
  default     = false
}

variable "runner_image_tag" {
  description = "Tag or digest (`sha256:...`) of cmap-runner in the registry of this deployment."
  type        = string

  validation {
    condition     = var.runner_image_tag != "latest" && can(regex("^(sha256:[0-9a-f]{64}|[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$", var.runner_image_tag))
    error_message = "runner_image_tag must be a version or a digest; `latest` would change without a deployment."
  }
}

variable "runner" {
  description = "Size and limits of the runner job."
  type = object({
    cpu                         = optional(number, 2)
    memory                      = optional(string, "4Gi")
    max_executions              = optional(number, 10)
    wall_clock_minutes          = optional(number, 60)
    polling_interval_in_seconds = optional(number, 30)
  })
  default = {}

  validation {
    condition     = var.runner.cpu <= 4 && var.runner.memory == "${var.runner.cpu * 2}Gi"
    error_message = "runner.memory must be twice runner.cpu in Gi, and runner.cpu at most 4: Container Apps knows fixed pairs."
  }

  validation {
    condition     = var.runner.wall_clock_minutes >= 1 && var.runner.wall_clock_minutes <= 1440
    error_message = "runner.wall_clock_minutes must be from 1 to 1440."
  }
}

variable "functions" {
  description = "Size of the function app. An always ready instance removes the cold start of webhooks and is paid for."
  type = object({
    instance_memory_in_mb  = optional(number, 512)
    maximum_instance_count = optional(number, 10)
    always_ready_http      = optional(number, 0)
  })
  default = {}

  validation {
    condition     = contains([512, 2048, 4096], var.functions.instance_memory_in_mb)
    error_message = "functions.instance_memory_in_mb must be 512, 2048 or 4096."
  }
}

variable "operators" {
  description = "Object ids of the people or groups who set secrets, upload the project map and use `cmap` against this deployment."
  type        = set(string)
  default     = []
}

variable "alert_emails" {
  description = "Who is told when work stands still or fails."
  type        = set(string)
  default     = []
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
  description = "Logs beyond this are dropped until the next day; a cap on cost."
  type        = number
  default     = 1
}

variable "private_network" {
  description = "Whether storage and Key Vault are reached through private endpoints only. `az` then works from inside the network only."
  type        = bool
  default     = false
}

variable "address_space" {
  description = "Address space of the virtual network of private_network; at least a /24."
  type        = string
  default     = "10.90.0.0/24"

  validation {
    condition     = can(cidrsubnet(var.address_space, 3, 7))
    error_message = "address_space must be a CIDR block such as 10.90.0.0/24."
  }
}

variable "allowed_ip_ranges" {
  description = "CIDR ranges that may reach the function app, such as those GitLab and Jira send webhooks from; empty: everybody, and the secrets decide."
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

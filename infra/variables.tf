# What a deployment is: where it stands, whom it talks to, who runs it. Secrets are not among it: they go into the
# vaults.

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

  validation {
    condition     = can(regex("^[a-z]+[0-9]?$", var.location))
    error_message = "location must be the short name of a region, such as westeurope; `az functionapp list-flexconsumption-locations` lists those that will do."
  }
}

variable "tags" {
  description = "Tags on every resource."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(var.tags) <= 48 && alltrue([for name, value in var.tags : can(regex("^[^<>%&\\\\?/]{1,512}$", name)) && length(value) <= 256])
    error_message = "tags must be 48 at most, names without < > % & \\ ? / and up to 512 characters, values up to 256."
  }

  validation {
    condition     = length(setintersection(keys(var.tags), ["product", "environment"])) == 0
    error_message = "tags must not name product and environment: the deployment sets them itself."
  }
}

variable "register_resource_providers" {
  description = "Whether Terraform registers the resource providers it needs; takes Contributor on the subscription."
  type        = bool
  default     = true
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
  description = "The Jira site and the account of the agent; its token is the secret jira-api-token. Without it only merge requests are worked on. `site_url` is for links, where `url` is at api.atlassian.com; without `email` the token is sent as a Bearer token. With `oauth_client_id` the agent signs in by OAuth 2.0 (3LO) instead: its secrets are jira-oauth-client-secret and jira-oauth-refresh-token, and `url` is https://api.atlassian.com/ex/jira/<cloudId>."
  type = object({
    url             = string
    email           = optional(string)
    site_url        = optional(string)
    oauth_client_id = optional(string)
  })
  default = null

  validation {
    condition     = var.jira == null || can(regex("^https://[^ ]+[^/ ]$", var.jira.url))
    error_message = "jira.url must begin with https:// and end without a slash."
  }

  validation {
    condition     = try(var.jira.email, null) == null || can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", var.jira.email))
    error_message = "jira.email must be an e-mail address."
  }

  validation {
    condition     = try(var.jira.oauth_client_id, null) == null || (try(var.jira.email, null) == null && can(regex("/ex/jira/[^/]+$", var.jira.url)))
    error_message = "jira.oauth_client_id goes without email, and with the url https://api.atlassian.com/ex/jira/<cloudId>."
  }
}

variable "webhooks" {
  description = "What the webhooks are checked by. gitlab: `secret` (secret gitlab-webhook-secret), `signature` (gitlab-webhook-signing-token) or `off`; jira: true (jira-webhook-secret) or false. What is off is found by the pollers."
  type = object({
    gitlab = optional(string, "secret")
    jira   = optional(bool, true)
  })
  default = {}

  validation {
    condition     = contains(["secret", "signature", "off"], var.webhooks.gitlab)
    error_message = "webhooks.gitlab must be secret, signature or off."
  }
}

variable "credential_aliases" {
  description = "GitLab credentials besides `default`, by the names the project map uses. Only for the list of secrets to set: an alias in the vault is readable without standing here."
  type        = set(string)
  default     = []

  validation {
    condition = (
      alltrue([for alias in var.credential_aliases : can(regex("^[a-z][a-z0-9_]{0,63}$", alias))]) &&
      !contains(var.credential_aliases, "default")
    )
    error_message = "An alias is up to 64 lower case letters, digits and underscores; `default` is always there and not listed."
  }
}

variable "map_secrets" {
  description = "Other secrets the project map names, as the vault of GitLab tokens has them: addresses and keys of events, secrets of validate_env. Only for the list of secrets to set."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for secret in var.map_secrets : can(regex("^(events-url|events-secret|validate-secret|signing-key|mcp-secret)(--[a-z0-9-]{1,100})?$", secret))])
    error_message = "map_secrets must be names such as events-url--team-a, events-secret--team-a, validate-secret--npm-read, signing-key--platform and mcp-secret--wiki-read, as `cmap render-terraform` prints them."
  }
}

variable "model" {
  description = "Who answers the agent: `github` (secret github-token), or an endpoint of your own (secret copilot-provider-api-key, unless `keyless`)."
  type = object({
    kind        = string
    base_url    = optional(string)
    name        = optional(string)
    api_version = optional(string)
    keyless     = optional(bool, false)
  })

  validation {
    condition     = contains(["github", "openai", "azure", "anthropic"], var.model.kind)
    error_message = "model.kind must be github, openai, azure or anthropic."
  }

  validation {
    condition     = var.model.kind == "github" || (var.model.base_url != null && var.model.name != null)
    error_message = "An endpoint of your own needs model.base_url and model.name."
  }

  validation {
    condition     = var.model.base_url == null || can(regex("^https?://[^ ]+$", var.model.base_url))
    error_message = "model.base_url must be an http or https address."
  }

  validation {
    condition     = !(var.model.kind == "github" && var.model.keyless)
    error_message = "GitHub Copilot always needs its token; model.keyless is for endpoints of your own."
  }
}

variable "runner_image_tag" {
  description = "Tag or digest (`sha256:...`) of cmap-runner in the registry of this deployment; `npm run deploy` gives the digest of what it built."
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

  # https://learn.microsoft.com/azure/container-apps/containers#allocations: quarters of a core up to 4, twice as much
  # memory.
  validation {
    condition = (
      var.runner.cpu >= 0.5 && var.runner.cpu <= 4 && floor(var.runner.cpu * 4) == var.runner.cpu * 4 &&
      var.runner.memory == "${var.runner.cpu * 2}Gi"
    )
    error_message = "runner.cpu must be 0.5 to 4 in steps of 0.25, and runner.memory twice as many Gi: Container Apps knows fixed pairs."
  }

  validation {
    condition     = var.runner.max_executions >= 1 && var.runner.max_executions <= 300 && floor(var.runner.max_executions) == var.runner.max_executions
    error_message = "runner.max_executions must be a whole number from 1 to 300."
  }

  validation {
    condition     = var.runner.wall_clock_minutes >= 1 && var.runner.wall_clock_minutes <= 1440
    error_message = "runner.wall_clock_minutes must be from 1 to 1440."
  }

  validation {
    condition     = var.runner.polling_interval_in_seconds >= 5 && var.runner.polling_interval_in_seconds <= 300
    error_message = "runner.polling_interval_in_seconds must be from 5 to 300."
  }
}

variable "runner_images" {
  description = "Runner jobs beside the default one, by the name that bindings give as `image`: each with the tools of their repositories and a queue of its own (docs/runner-images.md). `image` is one that you push to the registry; `dockerfile`, a path from the checkout, is one that `npm run deploy` builds from the runner image. Size and executions are those of `runner`, and `runs_at_once` is that of `settings`, unless given."
  type = map(object({
    image          = optional(string)
    dockerfile     = optional(string)
    cpu            = optional(number)
    memory         = optional(string)
    max_executions = optional(number)
    runs_at_once   = optional(number)
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.runner_images) : length(name) <= 10 && can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", name)) && !contains(["default", "poison", "runner"], name)])
    error_message = "runner_images must have names of up to 10 lower case letters and digits, such as python; default, poison and runner are taken."
  }

  validation {
    condition     = alltrue([for job in values(var.runner_images) : (job.image == null) != (job.dockerfile == null)])
    error_message = "runner_images must have either image, which you push, or dockerfile, which is built."
  }

  validation {
    condition     = alltrue([for job in values(var.runner_images) : job.image == null ? true : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*(@sha256:[0-9a-f]{64}|:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$", job.image)) && !endswith(job.image, ":latest")])
    error_message = "runner_images must name images as they are in the registry, with a version or a digest, such as cmap-runner-python:0.1.0; `latest` would change without a deployment."
  }

  validation {
    condition = alltrue([
      for job in values(var.runner_images) : (job.cpu == null && job.memory == null) ||
      try(job.cpu >= 0.5 && job.cpu <= 4 && floor(job.cpu * 4) == job.cpu * 4 && job.memory == "${job.cpu * 2}Gi", false)
    ])
    error_message = "runner_images must give cpu and memory together: cpu 0.5 to 4 in steps of 0.25, and memory twice as many Gi."
  }

  validation {
    condition     = alltrue([for job in values(var.runner_images) : job.max_executions == null || try(job.max_executions >= 1 && job.max_executions <= 300 && floor(job.max_executions) == job.max_executions, false)])
    error_message = "runner_images must have a max_executions that is a whole number from 1 to 300."
  }

  validation {
    condition     = alltrue([for job in values(var.runner_images) : job.runs_at_once == null || try(job.runs_at_once >= 1 && job.runs_at_once <= 8 && floor(job.runs_at_once) == job.runs_at_once, false)])
    error_message = "runner_images must have a runs_at_once that is a whole number from 1 to 8."
  }
}

variable "built_runner_images" {
  description = "Those of runner_images with a dockerfile, as they are in the registry, by name; `npm run deploy` builds and gives them."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for image in values(var.built_runner_images) : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*(@sha256:[0-9a-f]{64}|:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$", image)) && !endswith(image, ":latest")])
    error_message = "built_runner_images must name images as they are in the registry, with a digest or a version, such as cmap-runner-python@sha256:..."
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

  validation {
    condition     = var.functions.maximum_instance_count >= 1 && var.functions.maximum_instance_count <= 1000 && floor(var.functions.maximum_instance_count) == var.functions.maximum_instance_count
    error_message = "functions.maximum_instance_count must be a whole number from 1 to 1000."
  }

  validation {
    condition     = var.functions.always_ready_http >= 0 && var.functions.always_ready_http <= var.functions.maximum_instance_count
    error_message = "functions.always_ready_http must be from 0 to functions.maximum_instance_count."
  }
}

variable "operators" {
  description = "Object ids of the people or groups who set secrets, upload the project map and use `cmap` against this deployment. The deployer must be one."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.operators : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id))])
    error_message = "operators must be object ids (GUIDs), not e-mail addresses; `az ad signed-in-user show --query id` prints yours, `az ad group show` that of a group."
  }
}

variable "auditors" {
  description = "Object ids of the people or groups who read audits and the exported run ledger, and nothing else."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.auditors : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id))])
    error_message = "auditors must be object ids (GUIDs), not e-mail addresses; `az ad group show --query id` prints that of a group."
  }
}

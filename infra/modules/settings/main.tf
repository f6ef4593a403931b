# Every setting of both programs, and every secret with the programs that may read it. Pure: it makes nothing, so it can
# be tried anywhere.
locals {
  given   = var.deployment.settings
  jira    = var.deployment.jira
  model   = var.deployment.model
  has_own = local.model.kind != "github"
  # The source of the map wins over its text, so the blob is named only where no text is given.
  map_blob = var.deployment.project_map == null ? "${var.made.storage_uris.blob}/config/project-map.json" : null
  # How the agent signs in to Jira: null, "token" or "oauth".
  jira_by = local.jira == null ? null : try(local.jira.oauth_client_id, null) == null ? "token" : "oauth"

  # What the functions and the runner are told alike. Both read GitLab tokens from the vault by name, so that a new
  # alias or a rotated token needs no deployment.
  common_settings = {
    AzureWebJobsStorage__blobServiceUri  = var.made.storage_uris.blob
    AzureWebJobsStorage__queueServiceUri = var.made.storage_uris.queue
    AzureWebJobsStorage__tableServiceUri = var.made.storage_uris.table
    KEY_VAULT_URI                        = var.made.vault_uris.gitlab
    GITLAB_URL                           = var.deployment.gitlab_url
    JIRA_URL                             = try(local.jira.url, null)
    JIRA_SITE_URL                        = try(local.jira.site_url, null)
    JIRA_EMAIL                           = try(local.jira.email, null)
    JIRA_OAUTH_CLIENT_ID                 = try(local.jira.oauth_client_id, null)
    JIRA_PROJECT_MAP                     = var.deployment.project_map != null ? var.deployment.project_map : local.given.jira_project_map
    JIRA_PROJECT_MAP_SOURCE              = local.given.jira_project_map_source != null ? local.given.jira_project_map_source : local.map_blob
    RUNNER_IMAGES                        = length(var.deployment.runner_images) == 0 ? null : join(",", sort(var.deployment.runner_images))
    AGENT_ID                             = coalesce(local.given.agent_id, var.made.name)
    LOG_LEVEL                            = local.given.log_level
    RETRY_BASE_SECONDS                   = local.given.retry_base_seconds
    SWEEP_PATIENCE_SECONDS               = local.given.sweep_patience_seconds
    RUNS_PER_MONTH                       = local.given.runs_per_month
    TOKENS_PER_MONTH                     = local.given.tokens_per_month
    COST_PER_MONTH                       = local.given.cost_per_month
    OTEL_EXPORTER_OTLP_ENDPOINT          = local.given.otel_exporter_otlp_endpoint != null ? local.given.otel_exporter_otlp_endpoint : var.made.collector
    OTEL_SERVICE_NAME                    = local.given.otel_service_name
  }

  # Read by Node and git themselves. Node takes the proxy from the environment only when it is told to.
  outward_settings = merge(
    var.deployment.proxy == null ? {} : {
      HTTPS_PROXY = var.deployment.proxy.url
      HTTP_PROXY  = var.deployment.proxy.url
      # Storage and the vaults are reached directly, as is the endpoint that gives identities their tokens.
      NO_PROXY           = join(",", concat(["localhost", "127.0.0.1", "169.254.169.254", "168.63.129.16", ".core.windows.net", ".vault.azure.net"], var.deployment.proxy.no_proxy))
      NODE_USE_ENV_PROXY = "1"
    },
  )

  functions_only = {
    AzureWebJobsStorage__credential       = "managedidentity"
    AzureWebJobsStorage__clientId         = var.made.client_ids.functions
    AZURE_CLIENT_ID                       = var.made.client_ids.functions
    APPLICATIONINSIGHTS_CONNECTION_STRING = var.made.insights
    # Larger bodies never reach the handlers, which have the same limit.
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT = "2097152"
    POLL_JIRA_SCHEDULE                = local.given.poll_jira_schedule
    POLL_GITLAB_SCHEDULE              = local.given.poll_gitlab_schedule
    SWEEP_SCHEDULE                    = local.given.sweep_schedule
    AUDIT_SCHEDULE                    = var.deployment.audit.schedule
    AUDIT_VERSIONS                    = length(var.deployment.audit.versions) == 0 ? null : join(",", var.deployment.audit.versions)
    WEEKLY_REPORT_SCHEDULE            = local.given.weekly_report_schedule
    WEEKLY_REPORT_ISSUE               = local.given.weekly_report_issue
    WEEKLY_REPORT_WEBHOOK             = local.given.weekly_report_webhook
    LEDGER_CONTAINER                  = "ledger" # its name in audit.tf
    RUN_RETENTION_DAYS                = local.given.run_retention_days
    # The package brings the certificates along. An argument for Node makes the host start a worker of our own instead
    # of a prepared one, which read its environment before it was ours.
    NODE_EXTRA_CA_CERTS              = var.deployment.company_ca == null ? null : "/home/site/wwwroot/company-ca.pem"
    languageWorkers__node__arguments = var.deployment.company_ca == null && var.deployment.proxy == null ? null : "--use-bundled-ca"
  }

  runner_only = {
    AzureWebJobsStorage__clientId = var.made.client_ids.runner
    AZURE_CLIENT_ID               = var.made.client_ids.runner
    COPILOT_PROVIDER_TYPE         = local.has_own ? local.model.kind : null
    COPILOT_PROVIDER_BASE_URL     = local.has_own ? local.model.base_url : null
    COPILOT_PROVIDER_API_VERSION  = local.model.api_version
    COPILOT_MODEL                 = local.model.name
    RUNNER_WALL_CLOCK_MINUTES     = var.deployment.wall_clock_minutes
    # The job of each further image has a name of its own (runner-job.tf).
    RUNNER_IMAGE = null
    # The replica_timeout_in_seconds of the job.
    REPLICA_TIMEOUT_SECONDS   = (var.deployment.wall_clock_minutes + 30 + (coalesce(local.given.runner_runs_at_once, 1) > 1 ? 180 : 0)) * 60
    RUNNER_GRACE_SECONDS      = local.given.runner_grace_seconds
    RUNNER_IDLE_SECONDS       = local.given.runner_idle_seconds
    RUNNER_RUNS_AT_ONCE       = local.given.runner_runs_at_once
    MODEL_PRICES              = local.given.model_prices
    PRICE_CURRENCY            = local.given.price_currency
    RUNNER_WORKSPACE_ROOT     = local.given.runner_workspace_root
    RUNNER_AGENT_USER         = local.given.runner_agent_user
    RUNNER_REQUIRE_ISOLATION  = local.given.runner_require_isolation
    RUNNER_LEASE_SECONDS      = local.given.runner_lease_seconds
    RUNNER_MAX_ATTEMPTS       = local.given.runner_max_attempts
    RUNNER_INACTIVITY_SECONDS = local.given.runner_inactivity_seconds
    RUNNER_VALIDATE_MINUTES   = local.given.runner_validate_minutes
    MAX_CONCURRENT_RUNS       = local.given.max_concurrent_runs
    AUDIT_CONTAINER           = "audits" # their names in audit.tf
    LEDGER_CONTAINER          = "ledger"
    TRANSCRIPTS               = local.given.transcripts
    GIT_AUTHOR_NAME           = local.given.git_author_name
    GIT_AUTHOR_EMAIL          = local.given.git_author_email
    # Written to this file when the container starts (runner-job.tf).
    NODE_EXTRA_CA_CERTS = var.deployment.company_ca == null ? null : "/etc/ssl/company-ca.pem"
    COMPANY_CA_PEM      = var.deployment.company_ca
  }

  functions_settings = merge(
    { for name, value in merge(local.common_settings, local.outward_settings, local.functions_only) : name => tostring(value) if value != null },
    var.deployment.extra_settings.functions,
  )
  runner_settings = merge(
    { for name, value in merge(local.common_settings, local.outward_settings, local.runner_only) : name => tostring(value) if value != null },
    var.deployment.extra_settings.runner,
  )

  # Setting -> secret of the vault of the programs; null where this deployment has no use for it.
  functions_secrets_of = {
    JIRA_API_TOKEN               = local.jira_by == "token" ? "jira-api-token" : null
    JIRA_OAUTH_CLIENT_SECRET     = local.jira_by == "oauth" ? "jira-oauth-client-secret" : null
    JIRA_OAUTH_REFRESH_TOKEN     = local.jira_by == "oauth" ? "jira-oauth-refresh-token" : null
    JIRA_WEBHOOK_SECRET          = local.jira != null && var.deployment.webhooks.jira ? "jira-webhook-secret" : null
    GITLAB_WEBHOOK_SECRET        = var.deployment.webhooks.gitlab == "secret" ? "gitlab-webhook-secret" : null
    GITLAB_WEBHOOK_SIGNING_TOKEN = var.deployment.webhooks.gitlab == "signature" ? "gitlab-webhook-signing-token" : null
    CMAP_ADMIN_SECRET            = "cmap-admin-secret"
    OTEL_EXPORTER_OTLP_HEADERS   = var.made.collector == null ? null : "otlp-headers"
  }
  runner_secrets_of = {
    JIRA_API_TOKEN             = local.jira_by == "token" ? "jira-api-token" : null
    JIRA_OAUTH_CLIENT_SECRET   = local.jira_by == "oauth" ? "jira-oauth-client-secret" : null
    JIRA_OAUTH_REFRESH_TOKEN   = local.jira_by == "oauth" ? "jira-oauth-refresh-token" : null
    GITHUB_TOKEN               = local.has_own ? null : "github-token"
    COPILOT_PROVIDER_API_KEY   = local.has_own && !local.model.keyless ? "copilot-provider-api-key" : null
    OTEL_EXPORTER_OTLP_HEADERS = var.made.collector == null ? null : "otlp-headers"
  }
  functions_secrets = merge({ for setting, secret in local.functions_secrets_of : setting => secret if secret != null }, var.deployment.extra_secrets.functions)
  runner_secrets    = merge({ for setting, secret in local.runner_secrets_of : setting => secret if secret != null }, var.deployment.extra_secrets.runner)

  # Secret -> the programs whose identity may read it. The runner stands next to the agent and gets nothing it can do
  # without.
  secrets = {
    for secret in toset(concat(values(local.functions_secrets), values(local.runner_secrets))) : secret => [
      for program, own in { functions = local.functions_secrets, runner = local.runner_secrets } : program if contains(values(own), secret)
    ]
  }

  # In the vault of GitLab tokens, which both programs may read as a whole.
  gitlab_secrets = concat(
    ["gitlab-token"],
    [for alias in sort(tolist(var.deployment.credential_aliases)) : "gitlab-token--${replace(alias, "_", "-")}"],
    sort(tolist(var.deployment.map_secrets)),
  )
}

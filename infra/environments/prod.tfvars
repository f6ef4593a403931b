# The deployment people work with: private network, an instance that is always ready for webhooks, somebody who is told.
environment        = "prod"
location           = "westeurope"
gitlab_url         = "https://gitlab.example.com"
jira               = { url = "https://your-site.atlassian.net", email = "agent@example.com" }
model              = { kind = "azure", base_url = "https://your-model.openai.azure.com", name = "your-deployment" }
credential_aliases = ["platform_team"]
runner_image_tag   = "0.1.0"
runner             = { cpu = 2, memory = "4Gi", max_executions = 10 }
functions          = { always_ready_http = 1 }
alert_emails       = ["platform-team@example.com"]
retention_in_days  = 90
private_network    = true

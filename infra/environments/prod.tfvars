# The deployment people work with: private network, an instance that is always ready for webhooks, notified people.
environment        = "prod"
location           = "westeurope"
gitlab_url         = "https://gitlab.example.com"
jira               = { url = "https://your-site.atlassian.net", email = "agent@example.com" }
model              = { kind = "azure", base_url = "https://your-model.openai.azure.com", name = "your-deployment" }
credential_aliases = ["platform_team"]
runner             = { cpu = 2, memory = "4Gi", max_executions = 10 }
functions          = { always_ready_http = 1 }
retention_in_days  = 90
private_network    = true

# Operators and CI come from here, unless they come through a peered network (README.md).
network = {
  operator_ip_ranges = ["203.0.113.0/24"]
  restrict_egress    = true
  egress = {
    gitlab   = { addresses = ["203.0.113.10/32"] }
    jira     = { addresses = ["104.192.136.0/21", "185.166.140.0/22"] }
    model    = { addresses = ["AzureCloud.westeurope"] }
    packages = { addresses = ["AzureFrontDoor.Frontend", "104.16.0.0/13"] }
  }
}

# A group for each is best: az ad group show --group NAME --query id --output tsv. The pipeline that deploys is one of
# the operators; where the list is empty, it is the only one.
operators    = []
auditors     = []
alert_emails = ["platform-team@example.com"]

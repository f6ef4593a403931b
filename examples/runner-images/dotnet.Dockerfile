# The runner with the .NET SDK, for repositories whose checks need it. docs/runner-images.md says how it is built.
ARG RUNNER
ARG DOTNET_IMAGE=mcr.microsoft.com/dotnet/sdk:9.0-bookworm-slim
FROM $DOTNET_IMAGE AS tools

FROM $RUNNER
COPY --from=tools --chown=root:root /usr/share/dotnet /usr/share/dotnet
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libicu72 libssl3 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /usr/share/dotnet/dotnet /usr/local/bin/dotnet \
    && find / -xdev -type f -perm /6000 -exec chmod a-s '{}' +

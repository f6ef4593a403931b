# The runner with a JDK and Maven, for repositories whose checks need them. docs/runner-images.md says how it is built.
ARG RUNNER
ARG MAVEN_IMAGE=maven:3.9-eclipse-temurin-21
FROM $MAVEN_IMAGE AS tools

FROM $RUNNER
COPY --from=tools --chown=root:root /opt/java/openjdk /opt/java/openjdk
COPY --from=tools --chown=root:root /usr/share/maven /usr/share/maven
# What the agent and `validate` are given of the environment of the image is its PATH; java and mvn find their own
# folders from where they stand.
RUN ln -s /usr/share/maven/bin/mvn /usr/local/bin/mvn \
    && find /opt/java/openjdk/bin -type f -exec ln -s '{}' /usr/local/bin/ ';' \
    && find / -xdev -type f -perm /6000 -exec chmod a-s '{}' +

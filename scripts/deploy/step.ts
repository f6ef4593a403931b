/** A program and its arguments; `<name>` stands for a fact that is known when the step runs. */
export type Command = readonly string[];

interface Common {
  title: string;
  /** What a person does when the step fails. */
  help: string;
}

/** One thing a deployment does. Steps may be repeated: each looks first, or does nothing the second time. */
export type Step =
  | (Common & { kind: 'check'; command: Command; judge: CheckName })
  | (Common & {
      kind: 'command';
      command: Command;
      /** Done once for each item of the list `of`, which `<as>` stands for. */
      each?: { of: string; as: string };
      /** The list it works on; nothing is done where that is empty. */
      unlessEmpty?: string;
      /** Nothing is done when this succeeds. */
      unless?: Command;
      /** Roles take minutes to count: tried so often, half a minute apart. */
      tries?: number;
      /** Where the output goes; otherwise people see it. */
      saveAs?: string;
      /** Settings of the deployment and the Jira token are in its environment. */
      asOperator?: boolean;
    })
  | (Common & {
      kind: 'image';
      /** Prints the digest of the image, once the registry has it; then nothing is built. */
      look: Command;
      /** The fact the digest becomes. */
      as: string;
      withDocker: readonly Command[];
      inRegistry: Command;
    })
  | (Common & { kind: 'filled-in'; placeholders: readonly string[] })
  | (Common & { kind: 'outputs'; command: Command })
  | (Common & { kind: 'secrets'; list: Command; set: Command })
  | (Common & { kind: 'package'; folder: string; archive: string })
  | (Common & { kind: 'health'; url: string })
  | (Common & { kind: 'reload'; secret: Command; url: string })
  | (Common & { kind: 'links'; environment: string });

/** What is looked at before anything is made. */
export type CheckName =
  | 'azure-cli'
  | 'terraform'
  | 'subscription'
  | 'identity'
  | 'roles'
  | 'providers'
  | 'region'
  | 'mapping';

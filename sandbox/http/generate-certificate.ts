import { generate } from 'selfsigned';

/**
 * A certificate for this host name and 127.0.0.1, trusted by those who are given its `cert`, and its `private` key;
 * PEM.
 */
export function generateCertificate(hostName: string) {
  return generate([{ name: 'commonName', value: hostName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: hostName },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
}

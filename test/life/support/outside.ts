import { connect } from 'node:tls';

/** The certificate that a web server shows to a stranger. */
export interface ServedCertificate {
  readonly serial: string;
  /** Whether it is for the name that was asked for, and leads to the roots that were given. */
  readonly trusted: boolean;
}

/** Looks at a server on this host's loopback as a browser would that trusts these roots alone. */
export function servedCertificate(port: number, { name, roots }: { readonly name: string; readonly roots: string }): Promise<ServedCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: name, ca: roots, rejectUnauthorized: false }, () => {
      resolve({ serial: socket.getPeerCertificate().serialNumber, trusted: socket.authorized });
      socket.end();
    });
    socket.once('error', reject);
  });
}

/** The variable of guest.env that carries a named value: `ssh-hardening`, `maxAuthTries` → SSH_HARDENING_MAX_AUTH_TRIES. */
export function envName(...names: readonly string[]): string {
  return names.map(upperSnake).join('_');
}

function upperSnake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

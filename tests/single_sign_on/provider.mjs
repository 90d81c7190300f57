// The provider of the tests: people sign in by name alone; what is known of each stands here.
import { generateKeyPair, exportJWK } from 'jose';
import Provider from 'oidc-provider';

const [port, redirect, secret] = process.argv.slice(2);
const people = {
  ann: { email: 'ann@example.org', email_verified: true, name: 'Ann' },
  bob: { email: 'bob@example.org', email_verified: true, name: 'Bob' },
  doubtful: { email: 'victim@example.org', email_verified: false, name: 'Doubtful' },
};

async function key(kid) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, use: 'sig', alg: 'RS256' };
}

function client(id) {
  return { client_id: id, client_secret: secret, redirect_uris: [redirect] };
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client('vitrail'), client('another')],
  jwks: { keys: [await key(`key-${process.pid}`)] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  pkce: { required: () => true },
  cookies: { keys: ['of the tests'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));

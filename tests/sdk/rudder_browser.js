import { RudderAnalytics } from '@rudderstack/analytics-js/bundled'
window.send = async ({ host, writeKey }) => {
  const analytics = new RudderAnalytics()
  analytics.load(writeKey, host, { configUrl: host, lockIntegrationsVersion: true })
  await new Promise((resolve) => analytics.ready(resolve))
  analytics.identify('u1', { email: 'jeanne@example.fr', prénom: 'Zoé' })
  analytics.track('Order Completed', { revenue: 39.9 })
  analytics.page('Accueil')
  analytics.group('g1', { name: 'Société' })
  analytics.alias('u1', 'a1')
}

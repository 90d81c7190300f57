import { AnalyticsBrowser } from '@segment/analytics-next'
window.send = async ({ host, writeKey, batching, ownSettings }) => {
  const apiHost = host.replace('http://', '') + '/v1'
  const deliveryStrategy = batching ? { strategy: 'batching', config: { size: 6, timeout: 500 } } : undefined
  const inline = { integrations: { 'Segment.io': { apiKey: writeKey } }, plan: {}, remotePlugins: [] }
  const settings = ownSettings ? { writeKey, cdnURL: host } : { writeKey, cdnURL: host, cdnSettings: inline }
  const options = ownSettings ? {} : { integrations: { 'Segment.io': { apiHost, protocol: 'http', deliveryStrategy } } }
  const [analytics] = await AnalyticsBrowser.load(settings, options)
  await analytics.identify('u1', { email: 'jeanne@example.fr', prénom: 'Zoé' })
  await analytics.track('Order Completed', { revenue: 39.9 })
  await analytics.page('Accueil')
  await analytics.screen('Panier')
  await analytics.group('g1', { name: 'Société' })
  await analytics.alias('u1', 'a1')
}

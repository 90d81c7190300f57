/* Vitrail tag: pages, sessions, time spent, searches, products seen. It sends and stores nothing before consent. */
(function (window, document) {
  "use strict";

  var script = document.currentScript || {};
  var data = script.dataset || {};
  var RECORD = "vitrail", UNSENT = "vitrail-unsent";
  var SESSION_MS = 30 * 60e3, TRACKER_MS = 395 * 864e5; // 30 minutes; 13 months
  var SEARCHED = ["q", "s", "query", "search", "recherche", "keyword", "mot"];
  var CAMPAIGN = { utm_source: "source", utm_medium: "medium", utm_campaign: "name", utm_term: "term", utm_content: "content" };

  var options = {
    key: data.key,
    host: data.host || (script.src ? new URL(script.src).origin : ""),
    auto: (data.auto === undefined ? "page,time,search,product,click" : data.auto).split(","),
    keep: (data.keep || "").split(",")
  };
  var allowed = null; // null: not asked yet; true; false
  var record = null;  // who this browser is, once consent is given
  var waiting = [];   // what happened before the answer, in memory only
  var batch = [], timer = 0, pause = 1000;
  var view = { path: "", from: document.referrer, since: 0, scroll: 0 };

  function now() { return new Date().getTime(); }
  function does(what) { return options.auto.indexOf(what) >= 0; }
  function identifier() {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
  }

  // --- what is kept in the browser, with consent alone -----------------------------------
  function read(name) {
    try { return JSON.parse(window.localStorage.getItem(name)); } catch (error) { return null; }
  }
  function write(name, value) {
    try {
      if (value === null) window.localStorage.removeItem(name);
      else window.localStorage.setItem(name, JSON.stringify(value));
    } catch (error) { /* storage is full or refused: the visit goes on without memory */ }
  }
  function remember() {
    var known = read(RECORD);
    if (!known || !known.id || now() - known.since > TRACKER_MS) known = { id: identifier(), since: now(), visits: 0 };
    record = known;
    write(RECORD, record);
  }
  function session(campaign) {
    var another = Object.keys(campaign).length && JSON.stringify(campaign) !== JSON.stringify(record.campaign);
    var fresh = another || now() - (record.last || 0) > SESSION_MS;
    if (fresh) {
      record.session = now();
      record.visits += 1;
      record.campaign = campaign;
    }
    record.last = now();
    write(RECORD, record);
    return fresh;
  }

  // --- where the person is ----------------------------------------------------------------
  function address() { // without the query, where names and e-mails hide, but for the parameters to keep
    var kept = new URLSearchParams(), asked = new URLSearchParams(window.location.search);
    asked.forEach(function (value, name) { if (options.keep.indexOf(name) >= 0) kept.append(name, value); });
    var query = kept.toString();
    return window.location.origin + window.location.pathname + (query ? "?" + query : "");
  }
  function campaign() {
    var found = {}, asked = new URLSearchParams(window.location.search);
    Object.keys(CAMPAIGN).forEach(function (name) { if (asked.get(name)) found[CAMPAIGN[name]] = asked.get(name); });
    return found;
  }
  function origin(address) { return address ? address.split("?")[0].split("#")[0] : ""; }
  function place() {
    return { url: address(), path: window.location.pathname, title: document.title, referrer: origin(view.from) };
  }

  // --- messages ---------------------------------------------------------------------------
  function message(type, parts) {
    var told = {
      type: type, messageId: identifier(), timestamp: new Date().toISOString(),
      context: {
        page: parts.page || place(), campaign: campaign(), locale: window.navigator.language,
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, userAgent: window.navigator.userAgent,
        screen: { width: window.screen.width, height: window.screen.height },
        library: { name: "vitrail-tag", version: "1" }
      }
    };
    Object.keys(parts).forEach(function (name) { if (name !== "page") told[name] = parts[name]; });
    if (allowed) post(told);
    else if (allowed === null && waiting.length < 50) waiting.push(told);
  }
  function post(told) {
    if (told.userId) record.user = told.userId;
    var fresh = session(told.context.campaign);
    told.anonymousId = record.id;
    if (!told.userId && record.user) told.userId = record.user;
    told.context.campaign = record.campaign; // what brought the person to this session
    told.context.sessionId = record.session;
    told.context.sessionNumber = record.visits;
    if (fresh) told.context.sessionStart = true;
    batch.push(told);
    if (batch.length >= 20) send(false);
    else if (!timer) timer = window.setTimeout(send, 300, false);
  }
  function send(leaving) {
    window.clearTimeout(timer);
    timer = 0;
    if (!allowed || !batch.length) return;
    var messages = batch;
    batch = [];
    var body = JSON.stringify({ writeKey: options.key, batch: messages, sentAt: new Date().toISOString() });
    var url = options.host + "/v1/batch";
    if (leaving && window.navigator.sendBeacon && window.navigator.sendBeacon(url, body)) return;
    window.fetch(url, { method: "POST", body: body, keepalive: body.length < 6e4, credentials: "omit" }).then(function (answer) {
      if (answer.status === 429 || answer.status >= 500) again(messages);
      else { pause = 1000; write(UNSENT, null); }
    }, function () { again(messages); });
  }
  function again(messages) { // kept for the next try, on this page or the next one; the server knows repetitions
    if (!allowed) return;
    batch = messages.concat(batch).slice(-100);
    write(UNSENT, batch);
    pause = Math.min(pause * 2, 60e3);
    if (!timer) timer = window.setTimeout(send, pause, false);
  }

  // --- what is seen without being told ----------------------------------------------------
  function searched() {
    var asked = new URLSearchParams(window.location.search);
    SEARCHED.some(function (name) {
      var query = (asked.get(name) || "").trim();
      if (query && query.indexOf("@") < 0) message("track", { event: "search", properties: { query: query.slice(0, 200) } });
      return query;
    });
  }
  function product() {
    Array.prototype.some.call(document.querySelectorAll('script[type="application/ld+json"]'), function (element) {
      var found = null;
      try { found = JSON.parse(element.textContent); } catch (error) { return false; }
      found = [].concat(found["@graph"] || found).filter(function (each) { return each && each["@type"] === "Product"; })[0];
      if (!found) return false;
      var offer = [].concat(found.offers || {})[0];
      message("track", { event: "product_view", properties: {
        product: String(found.sku || found.productID || found.name || ""), name: found.name, category: found.category,
        brand: found.brand && (found.brand.name || found.brand), value: offer.price && Number(offer.price), currency: offer.priceCurrency
      } });
      return true;
    });
  }
  function spent() { // seconds since the last time this was told: their sum is the time spent
    if (!view.since) return;
    var seconds = Math.round((now() - view.since) / 100) / 10;
    view.since = 0;
    if (does("time") && seconds >= 1) {
      message("track", { event: "page_time", page: view.place, properties: { seconds: seconds, scroll: view.scroll } });
    }
  }
  function scrolled() {
    var height = document.documentElement.scrollHeight;
    view.scroll = Math.max(view.scroll, Math.min(100, Math.round(100 * (window.scrollY + window.innerHeight) / height)));
  }
  function arrive() {
    if (view.path === window.location.pathname + window.location.search) return;
    spent();
    if (view.place) view.from = view.place.url;
    view.path = window.location.pathname + window.location.search;
    view.place = place();
    view.scroll = 0;
    view.since = document.hidden ? 0 : now();
    scrolled();
    if (does("page")) message("page", { properties: {} });
    if (does("search")) searched();
    if (does("product")) product();
  }
  function watch(name) { // pages that change without loading
    var known = window.history[name];
    window.history[name] = function () {
      var answer = known.apply(this, arguments);
      window.setTimeout(arrive, 0);
      return answer;
    };
  }
  function clicked(event) {
    var element = event.target.closest && event.target.closest("[data-vitrail-event]");
    if (!element) return;
    var properties = {};
    try { properties = JSON.parse(element.dataset.vitrailProperties || "{}"); } catch (error) { /* told without */ }
    message("track", { event: element.dataset.vitrailEvent, properties: properties });
  }

  // --- what a page may call ----------------------------------------------------------------
  var tag = {
    consent: function (state, how) {
      var yes = state === "granted" || state === true;
      if (yes && window.navigator.globalPrivacyControl && !(how && how.explicit)) yes = false;
      allowed = yes;
      if (yes) {
        remember();
        batch = (read(UNSENT) || []).concat(batch);
        waiting.splice(0).forEach(post);
        send(false);
      } else {
        waiting = [];
        batch = [];
        record = null;
        write(RECORD, null);
        write(UNSENT, null);
      }
    },
    page: function (name, properties) { message("page", { name: name, properties: properties || {} }); },
    track: function (event, properties) { message("track", { event: event, properties: properties || {} }); },
    identify: function (user, traits) {
      var parts = { traits: (typeof user === "object" ? user : traits) || {} };
      if (typeof user !== "object" && user) parts.userId = String(user);
      message("identify", parts);
    },
    group: function (group, traits) { message("group", { groupId: String(group), traits: traits || {} }); },
    alias: function (user, previous) { message("alias", { userId: String(user), previousId: String(previous || (record && record.id)) }); },
    reset: function () { // somebody else at the same browser
      spent();
      send(true);
      if (!allowed) return;
      write(RECORD, null);
      remember();
      view.since = now();
    },
    anonymousId: function () { return record && record.id; },
    push: function () {
      Array.prototype.forEach.call(arguments, function (call) { tag[call[0]].apply(tag, [].slice.call(call, 1)); });
    }
  };

  var before = window.vitrail;
  window.vitrail = tag;
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { spent(); send(true); } else view.since = now();
  });
  window.addEventListener("pagehide", function () { spent(); send(true); });
  window.addEventListener("scroll", scrolled, { passive: true });
  window.addEventListener("popstate", function () { window.setTimeout(arrive, 0); });
  if (does("click")) document.addEventListener("click", clicked, true);
  watch("pushState");
  watch("replaceState");
  if (read(RECORD)) tag.consent("granted"); // it was stored with consent
  if (Array.isArray(before)) tag.push.apply(tag, before);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", arrive);
  else arrive();
})(window, document);

/** Texts of the dashboard, English and German beside each other. Titles of widgets and texts of alarms come from the server. */
export const dashboardTexts = {
  'view.dashboard': { en: 'Dashboard', de: 'Betrieb' },
  dashboard: { en: 'CloudWatch dashboard, as deployed', de: 'CloudWatch-Dashboard, wie ausgerollt' },
  alarms: { en: 'Alarms', de: 'Alarme' },
  'alarms.sooner': {
    en: 'Here an alarm is raised sooner than in AWS, so that trouble can be rehearsed: once over the threshold is enough.',
    de: 'Hier schlägt ein Alarm früher an als in AWS, damit sich eine Störung proben lässt: einmal über der Schwelle genügt.',
  },
  'alarm.OK': { en: 'OK', de: 'in Ordnung' },
  'alarm.ALARM': { en: 'ALARM', de: 'ALARM' },
  'alarm.no data': { en: 'no data', de: 'keine Daten' },
  'alarm.not measured here': { en: 'not measured here', de: 'hier nicht gemessen' },
  runbook: { en: 'Runbook', de: 'Runbook' },
  schedules: { en: 'Schedules', de: 'Zeitpläne' },
  never: { en: 'never', de: 'nie' },
  'no-data': { en: 'Nothing was measured yet.', de: 'Noch nichts gemessen.' },
  'measured-by-aws': {
    en: 'AWS itself measures this: the table on this machine never throttles.',
    de: 'Das misst AWS selbst: die Tabelle auf diesem Rechner drosselt nie.',
  },
};

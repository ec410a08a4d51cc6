/** Texts of the dashboard, English and German beside each other. Titles of widgets are the template's own. */
export const dashboardTexts = {
  'view.dashboard': { en: 'Dashboard', de: 'Betrieb' },
  dashboard: { en: 'CloudWatch dashboard, as deployed', de: 'CloudWatch-Dashboard, wie ausgerollt' },
  alarms: { en: 'Alarms, raised by the first period', de: 'Alarme, schon nach dem ersten Zeitabschnitt' },
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

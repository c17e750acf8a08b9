<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>Finds and repairs wrong labels in image folders with noise-robust hyperbolic metric learning.</source>
        <translation>Findet und behebt falsche Labels in Bildordnern durch rauschfestes hyperbolisches Metriklernen.</translation>
    </message>
    <message>
        <source>Nothing leaves this computer: there is no telemetry, and the network is used only to download a backbone that you choose by name.</source>
        <translation>Nichts verlässt diesen Rechner: Es gibt keine Telemetrie, und das Netz wird nur benutzt, um ein Grundnetz zu laden, das Sie beim Namen nennen.</translation>
    </message>
    <message>
        <source>Apache License 2.0</source>
        <translation>Apache-Lizenz 2.0</translation>
    </message>
    <message>
        <source>Log: {0}</source>
        <translation>Protokoll: {0}</translation>
    </message>
    <message>
        <source>Open log folder</source>
        <translation>Protokollordner öffnen</translation>
    </message>
    <message>
        <source>Licences…</source>
        <translation>Lizenzen …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>AcceptDialog</name>
    <message>
        <source>Accept what looks right</source>
        <translation>Annehmen, was richtig aussieht</translation>
    </message>
    <message>
        <source>These look right to the model</source>
        <translation>Diese sehen für das Modell richtig aus</translation>
    </message>
    <message>
        <source>Largest probability that the label is wrong</source>
        <translation>Größte Wahrscheinlichkeit, dass das Label falsch ist</translation>
    </message>
    <message>
        <source>They are marked as checked by the model. That is its word, not yours: the images leave the list of undecided ones, but count neither as reviewed nor as confirmed, not for the errors left, and not in the next training.</source>
        <translation>Sie werden als vom Modell geprüft markiert. Das sagt das Modell, nicht Sie: Die Bilder verlassen die Liste der offenen, zählen aber weder als geprüft noch als bestätigt, nicht für die übrigen Fehler und nicht im nächsten Training.</translation>
    </message>
    <message>
        <source>Nearest to the cut</source>
        <translation>Der Schwelle am nächsten</translation>
    </message>
    <message>
        <source>Proposed is {0}: so at most {1} of them are expected to be wrong.</source>
        <translation>Vorgeschlagen ist {0}: so sind höchstens {1} davon voraussichtlich falsch.</translation>
    </message>
    <message>
        <source>Error probability up to</source>
        <translation>Fehlerwahrscheinlichkeit bis</translation>
    </message>
    <message>
        <source>This is one step in the history, and one undo reverts it.</source>
        <translation>Das ist ein Schritt im Verlauf, und einmal Rückgängig nimmt ihn zurück.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>There is no undecided image here that looks right to the model.</source>
        <translation>Hier ist kein offenes Bild, das für das Modell richtig aussieht.</translation>
    </message>
    <message>
        <source>No cut leaves at most {1} of them wrong; the smallest is {0}.</source>
        <translation>Unter keiner Schwelle sind höchstens {1} davon falsch; die kleinste ist {0}.</translation>
    </message>
    <message>
        <source>{0}, {1} among them ({2} with 95 % certainty)</source>
        <translation>{0}, darunter {1} ({2} mit 95 % Sicherheit)</translation>
    </message>
    <message>
        <source>No undecided image is below this cut. Raise it to include some.</source>
        <translation>Kein offenes Bild liegt unter dieser Schwelle. Erhöhen Sie sie, um welche einzuschließen.</translation>
    </message>
    <message>
        <source>and the gallery&apos;s other filters</source>
        <translation>und die anderen Filter der Galerie</translation>
    </message>
</context>
<context>
    <name>ActionSet</name>
    <message>
        <source>A folder of images</source>
        <translation>Ein Ordner mit Bildern</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>All classes: count, errors, neighbours; rename, merge and split them</source>
        <translation>Alle Klassen: Zahl, Fehler, Nachbarn; umbenennen, zusammenlegen und teilen</translation>
    </message>
    <message>
        <source>All images as points; neighbours look alike</source>
        <translation>Alle Bilder als Punkte; Nachbarn gleichen sich</translation>
    </message>
    <message>
        <source>All keyboard shortcuts at a glance</source>
        <translation>Alle Tastenkürzel auf einem Blatt</translation>
    </message>
    <message>
        <source>Another class…</source>
        <translation>Andere Klasse …</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>Close the project</source>
        <translation>Projekt schließen</translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation>Verwechslungen</translation>
    </message>
    <message>
        <source>Decide</source>
        <translation>Entscheiden</translation>
    </message>
    <message>
        <source>Decide all above the threshold…</source>
        <translation>Alle über der Schwelle entscheiden …</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Aussortieren</translation>
    </message>
    <message>
        <source>All steps, any of which can be undone</source>
        <translation>Alle Schritte, auch zum Zurücknehmen</translation>
    </message>
    <message>
        <source>Explains every view and score</source>
        <translation>Erklärt jede Ansicht und jeden Wert</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Fit the image</source>
        <translation>Bild einpassen</translation>
    </message>
    <message>
        <source>A tour of the window in five steps</source>
        <translation>Ein Rundgang durch das Fenster in fünf Schritten</translation>
    </message>
    <message>
        <source>Give the image its suggested label</source>
        <translation>Dem Bild das vorgeschlagene Label geben</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>Anleitung</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Images to review</source>
        <translation>Bilder, die zu beurteilen sind</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Leave the image out of training and exports; the file stays</source>
        <translation>Das Bild aus Training und Export herauslassen; die Datei bleibt</translation>
    </message>
    <message>
        <source>Switch between light and dark</source>
        <translation>Zwischen hell und dunkel wechseln</translation>
    </message>
    <message>
        <source>Browse</source>
        <translation>Umsehen</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Next image</source>
        <translation>Nächstes Bild</translation>
    </message>
    <message>
        <source>Make one decision for all filtered images above a probability</source>
        <translation>Eine Entscheidung für alle gefilterten Bilder über einer Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>A sample project: trained and partly reviewed</source>
        <translation>Ein Beispielprojekt: trainiert und teilweise geprüft</translation>
    </message>
    <message>
        <source>A table of images and labels: CSV, JSON lines, COCO or Parquet</source>
        <translation>Eine Tabelle von Bildern und Labels: CSV, JSON-Zeilen, COCO oder Parquet</translation>
    </message>
    <message>
        <source>Accept what looks right…</source>
        <translation>Annehmen, was richtig aussieht …</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Back to the image under review</source>
        <translation>Zurück zum geprüften Bild</translation>
    </message>
    <message>
        <source>Check for changes</source>
        <translation>Auf Änderungen prüfen</translation>
    </message>
    <message>
        <source>Compare decisions…</source>
        <translation>Entscheidungen vergleichen …</translation>
    </message>
    <message>
        <source>Compare images</source>
        <translation>Bilder vergleichen</translation>
    </message>
    <message>
        <source>Decisions move images up that resemble an error, without a training</source>
        <translation>Entscheidungen rücken Bilder vor, die einem Fehler ähneln, ohne Training</translation>
    </message>
    <message>
        <source>Duplicates…</source>
        <translation>Doppelte…</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>Belege</translation>
    </message>
    <message>
        <source>Feature cache…</source>
        <translation>Zwischenspeicher …</translation>
    </message>
    <message>
        <source>Files set aside…</source>
        <translation>Beiseitegelegte Dateien …</translation>
    </message>
    <message>
        <source>Files that could not be read, with the reason</source>
        <translation>Dateien, die nicht gelesen werden konnten, mit dem Grund</translation>
    </message>
    <message>
        <source>Find by description…</source>
        <translation>Nach Beschreibung finden…</translation>
    </message>
    <message>
        <source>Find images by path, class, decision, note and more</source>
        <translation>Bilder nach Pfad, Klasse, Entscheidung, Notiz und mehr finden</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>Groups of images that look the same; the best of each stays, the rest is dropped</source>
        <translation>Gruppen von Bildern, die gleich aussehen; das beste bleibt, der Rest wird aussortiert</translation>
    </message>
    <message>
        <source>How far two people agree, and a queue of the images on which they do not</source>
        <translation>Wie weit zwei Personen übereinstimmen, und eine Liste der Bilder, bei denen sie es nicht tun</translation>
    </message>
    <message>
        <source>How large the feature cache is and may become</source>
        <translation>Wie groß der Zwischenspeicher ist und werden darf</translation>
    </message>
    <message>
        <source>Into another folder; your images stay where they are</source>
        <translation>In einen anderen Ordner; Ihre Bilder bleiben, wo sie sind</translation>
    </message>
    <message>
        <source>Its folder and your images keep their names</source>
        <translation>Sein Ordner und Ihre Bilder behalten ihre Namen</translation>
    </message>
    <message>
        <source>Look for new, renamed, changed and missing images in the folder</source>
        <translation>Sucht im Ordner nach neuen, umbenannten, geänderten und fehlenden Bildern</translation>
    </message>
    <message>
        <source>Mark filtered images below a probability as checked by the model, which is no decision</source>
        <translation>Gefilterte Bilder unter einer Wahrscheinlichkeit als vom Modell geprüft markieren; das ist keine Entscheidung</translation>
    </message>
    <message>
        <source>Mark the image as unsure</source>
        <translation>Das Bild als unsicher markieren</translation>
    </message>
    <message>
        <source>Mark the image with a star, or take the star away; it decides nothing</source>
        <translation>Dem Bild einen Stern geben oder ihn wegnehmen; das entscheidet nichts</translation>
    </message>
    <message>
        <source>Move the project…</source>
        <translation>Projekt verschieben …</translation>
    </message>
    <message>
        <source>Note…</source>
        <translation>Notiz…</translation>
    </message>
    <message>
        <source>Offer a new order after decisions</source>
        <translation>Nach Entscheidungen neue Reihenfolge anbieten</translation>
    </message>
    <message>
        <source>One image after the other, with its evidence, its keys and nothing else</source>
        <translation>Ein Bild nach dem anderen, mit seinen Belegen, seinen Tasten und sonst nichts</translation>
    </message>
    <message>
        <source>One image pixel per screen pixel</source>
        <translation>Ein Bildpixel je Bildschirmpixel</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Open a manifest…</source>
        <translation>Manifest öffnen …</translation>
    </message>
    <message>
        <source>Open a project…</source>
        <translation>Projekt öffnen …</translation>
    </message>
    <message>
        <source>Open the example</source>
        <translation>Beispiel öffnen</translation>
    </message>
    <message>
        <source>Open the log folder</source>
        <translation>Protokollordner öffnen</translation>
    </message>
    <message>
        <source>Pause or resume</source>
        <translation>Pausieren oder fortsetzen</translation>
    </message>
    <message>
        <source>Photographs with wrong labels</source>
        <translation>Fotos mit falschen Labels</translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation>Einstellungen …</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>Voriges Bild</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Relabel to the class with this number below the image</source>
        <translation>Das Label in die Klasse mit dieser Nummer unter dem Bild ändern</translation>
    </message>
    <message>
        <source>Rename the project…</source>
        <translation>Projekt umbenennen …</translation>
    </message>
    <message>
        <source>Reset the panel layout</source>
        <translation>Fensterteile zurücksetzen</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Durchsicht</translation>
    </message>
    <message>
        <source>Review in full screen</source>
        <translation>Durchsicht im Vollbild</translation>
    </message>
    <message>
        <source>Same mistake as this</source>
        <translation>Gleicher Fehler wie hier</translation>
    </message>
    <message>
        <source>Select all shown</source>
        <translation>Alle gezeigten auswählen</translation>
    </message>
    <message>
        <source>Show me around</source>
        <translation>Rundgang</translation>
    </message>
    <message>
        <source>Enlarge the image</source>
        <translation>Das Bild groß zeigen</translation>
    </message>
    <message>
        <source>Stop the running job</source>
        <translation>Laufende Arbeit anhalten</translation>
    </message>
    <message>
        <source>Take likely class 1</source>
        <translation>Wahrscheinliche Klasse 1 nehmen</translation>
    </message>
    <message>
        <source>Take likely class 2</source>
        <translation>Wahrscheinliche Klasse 2 nehmen</translation>
    </message>
    <message>
        <source>Take likely class 3</source>
        <translation>Wahrscheinliche Klasse 3 nehmen</translation>
    </message>
    <message>
        <source>Take likely class 4</source>
        <translation>Wahrscheinliche Klasse 4 nehmen</translation>
    </message>
    <message>
        <source>Take likely class 5</source>
        <translation>Wahrscheinliche Klasse 5 nehmen</translation>
    </message>
    <message>
        <source>Take likely class 6</source>
        <translation>Wahrscheinliche Klasse 6 nehmen</translation>
    </message>
    <message>
        <source>Take likely class 7</source>
        <translation>Wahrscheinliche Klasse 7 nehmen</translation>
    </message>
    <message>
        <source>Take likely class 8</source>
        <translation>Wahrscheinliche Klasse 8 nehmen</translation>
    </message>
    <message>
        <source>Take likely class 9</source>
        <translation>Wahrscheinliche Klasse 9 nehmen</translation>
    </message>
    <message>
        <source>Make the image undecided again</source>
        <translation>Das Bild wieder auf offen setzen</translation>
    </message>
    <message>
        <source>Undo the last step</source>
        <translation>Den letzten Schritt zurücknehmen</translation>
    </message>
    <message>
        <source>Take the suggestion</source>
        <translation>Vorschlag übernehmen</translation>
    </message>
    <message>
        <source>Redo the last undone step</source>
        <translation>Den zurückgenommenen Schritt wieder tun</translation>
    </message>
    <message>
        <source>The label is right</source>
        <translation>Das Label stimmt</translation>
    </message>
    <message>
        <source>Then click a part of the window to have it explained</source>
        <translation>Dann anklicken, was erklärt werden soll</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Train on the images and the decisions made so far</source>
        <translation>Mit den Bildern und den bisherigen Entscheidungen trainieren</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Tatsächliche Größe</translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation>Demo ausprobieren</translation>
    </message>
    <message>
        <source>Type to find a class, or name a new one</source>
        <translation>Tippen, um eine Klasse zu finden oder eine neue zu benennen</translation>
    </message>
    <message>
        <source>Clear the decision</source>
        <translation>Entscheidung löschen</translation>
    </message>
    <message>
        <source>Language, theme, text size, keys, and where projects and cache lie</source>
        <translation>Sprache, Farben, Schriftgröße, Tasten, und wo Projekte und Zwischenspeicher liegen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Show or hide the image with its evidence and the buttons to decide</source>
        <translation>Zeigt oder verbirgt das Bild mit seinen Belegen und den Tasten zum Entscheiden</translation>
    </message>
    <message>
        <source>Shows and selects the images with the same given and suggested class that look alike, for one decision about all</source>
        <translation>Zeigt und wählt die ähnlichen Bilder mit gleichem Label und gleichem Vorschlag, für eine Entscheidung über alle</translation>
    </message>
    <message>
        <source>Star</source>
        <translation>Stern</translation>
    </message>
    <message>
        <source>The image that the last step back came from</source>
        <translation>Das Bild, von dem der letzte Schritt zurück kam</translation>
    </message>
    <message>
        <source>The image that you looked at before this one</source>
        <translation>Das Bild, das Sie vor diesem angesehen haben</translation>
    </message>
    <message>
        <source>The name that is recorded with each decision</source>
        <translation>Der Name, der mit jeder Entscheidung festgehalten wird</translation>
    </message>
    <message>
        <source>Two to four selected images at one zoom, or one with what it resembles; hold B to blink</source>
        <translation>Zwei bis vier ausgewählte Bilder in einer Vergrößerung, oder eines mit dem, was ihm gleicht; B halten blinkt</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>Watch the training</source>
        <translation>Dem Training zusehen</translation>
    </message>
    <message>
        <source>What is this?</source>
        <translation>Was ist das?</translation>
    </message>
    <message>
        <source>What was found, what is left, and when you can stop</source>
        <translation>Was gefunden ist, was bleibt und wann Sie aufhören können</translation>
    </message>
    <message>
        <source>Which classes are confused with each other</source>
        <translation>Welche Klassen miteinander verwechselt werden</translation>
    </message>
    <message>
        <source>Who decides…</source>
        <translation>Wer entscheidet …</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Write a note on the image; Enter saves it</source>
        <translation>Eine Notiz zum Bild schreiben; Enter speichert sie</translation>
    </message>
    <message>
        <source>Write cleaned labels, embeddings and more</source>
        <translation>Bereinigte Labels, Einbettungen und mehr schreiben</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
</context>
<context>
    <name>AdvancedOptions</name>
    <message>
        <source>Back to the defaults</source>
        <translation>Zurück zu den Vorgaben</translation>
    </message>
    <message>
        <source>{0} (default)</source>
        <translation>{0} (Vorgabe)</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen …</translation>
    </message>
    <message>
        <source>Choose a file: {0}</source>
        <translation>Datei wählen: {0}</translation>
    </message>
    <message>
        <source>Numbers of your own model (*.npz *.npy *.parquet *.csv)</source>
        <translation>Zahlen eines eigenen Modells (*.npz *.npy *.parquet *.csv)</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>Datei wählen</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>Empfohlene</translation>
    </message>
    <message>
        <source>Recommended: {0}</source>
        <translation>Empfohlene: {0}</translation>
    </message>
</context>
<context>
    <name>AgreementCard</name>
    <message>
        <source>How far two people agree</source>
        <translation>Wie weit zwei Personen übereinstimmen</translation>
    </message>
    <message>
        <source>{0} and {1}</source>
        <translation>{0} und {1}</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>Cohen&apos;s kappa</source>
        <translation>Cohens Kappa</translation>
    </message>
    <message>
        <source>Agreement beyond what chance alone would give: 1 for all, 0 for none.</source>
        <translation>Übereinstimmung über das hinaus, was der Zufall allein ergäbe: 1 für volle, 0 für keine.</translation>
    </message>
    <message>
        <source>decided alike</source>
        <translation>gleich entschieden</translation>
    </message>
    <message>
        <source>Show the disagreements</source>
        <translation>Abweichungen zeigen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>keep</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>relabel to {0}</source>
        <translation>ändern in {0}</translation>
    </message>
    <message>
        <source>drop</source>
        <translation>aussortieren</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>undecided</source>
        <translation>offen</translation>
    </message>
</context>
<context>
    <name>BulkDialog</name>
    <message>
        <source>Decide all above the threshold</source>
        <translation>Alle über der Schwelle entscheiden</translation>
    </message>
    <message>
        <source>One decision for many images</source>
        <translation>Eine Entscheidung für viele Bilder</translation>
    </message>
    <message>
        <source>The most certain</source>
        <translation>Die sichersten</translation>
    </message>
    <message>
        <source>Nearest to the threshold</source>
        <translation>Der Schwelle am nächsten</translation>
    </message>
    <message>
        <source>Minimum probability that the label is wrong</source>
        <translation>Kleinste Wahrscheinlichkeit, dass das Label falsch ist</translation>
    </message>
    <message>
        <source>Error probability from</source>
        <translation>Fehlerwahrscheinlichkeit ab</translation>
    </message>
    <message>
        <source>Take each suggestion</source>
        <translation>Jeden Vorschlag übernehmen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Aussortieren</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>This is one step in the history, and one undo reverts it.</source>
        <translation>Das ist ein Schritt im Verlauf; einmal Rückgängig nimmt ihn zurück.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>No undecided image is above this threshold. Lower it to include some.</source>
        <translation>Über dieser Schwelle liegt kein offenes Bild. Eine tiefere zeigt welche.</translation>
    </message>
    <message>
        <source>Class: {0}  ×</source>
        <translation>Klasse: {0}  ×</translation>
    </message>
    <message>
        <source>All classes  ▾</source>
        <translation>Alle Klassen  ▾</translation>
    </message>
    <message>
        <source>Class: {0}</source>
        <translation>Klasse: {0}</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>and the gallery&apos;s other filters</source>
        <translation>und die anderen Filter der Galerie</translation>
    </message>
</context>
<context>
    <name>CacheBox</name>
    <message>
        <source>Features of images are kept, so that the next training need not compute them again. What was not used for longest is removed first.</source>
        <translation>Merkmale von Bildern werden aufbewahrt, damit das nächste Training sie nicht neu berechnen muss. Was am längsten nicht gebraucht wurde, wird zuerst entfernt.</translation>
    </message>
    <message>
        <source>half of the free space</source>
        <translation>die Hälfte des freien Platzes</translation>
    </message>
    <message>
        <source>&amp;At most</source>
        <translation>&amp;Höchstens</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source>Empty the cache</source>
        <translation>Zwischenspeicher leeren</translation>
    </message>
    <message>
        <source>Removes features, thumbnails and hashes; projects and settings stay</source>
        <translation>Entfernt Merkmale, Vorschaubilder und Prüfsummen; Projekte und Einstellungen bleiben</translation>
    </message>
    <message>
        <source>The size is being counted.</source>
        <translation>Die Größe wird ermittelt.</translation>
    </message>
    <message>
        <source>The next training keeps this limit.</source>
        <translation>Das nächste Training hält diese Grenze ein.</translation>
    </message>
    <message>
        <source>It is emptied when the running job has ended.</source>
        <translation>Er wird geleert, sobald die laufende Arbeit beendet ist.</translation>
    </message>
</context>
<context>
    <name>CallOut</name>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
</context>
<context>
    <name>ChangeCard</name>
    <message>
        <source>Name of the class</source>
        <translation>Name der Klasse</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ChangeTable</name>
    <message>
        <source>Changed suggestions</source>
        <translation>Geänderte Vorschläge</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Filter: {0}</source>
        <translation>Filter: {0}</translation>
    </message>
    <message>
        <source>Press Delete to remove the filter</source>
        <translation>Entf nimmt den Filter weg</translation>
    </message>
</context>
<context>
    <name>ClassBars</name>
    <message>
        <source>Most likely classes: {0}</source>
        <translation>Wahrscheinlichste Klassen: {0}</translation>
    </message>
</context>
<context>
    <name>ClassDetails</name>
    <message>
        <source>Choose a class</source>
        <translation>Klasse wählen</translation>
    </message>
    <message>
        <source>Its images, its nearest classes and what you can change appear here.</source>
        <translation>Hier stehen ihre Bilder, ihre nächsten Klassen und die möglichen Änderungen.</translation>
    </message>
    <message>
        <source>Nearest classes</source>
        <translation>Nächste Klassen</translation>
    </message>
    <message>
        <source>Review doubtful images</source>
        <translation>Zweifelhafte durchsehen</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen …</translation>
    </message>
    <message>
        <source>Merge into…</source>
        <translation>Zusammenlegen …</translation>
    </message>
    <message>
        <source>Split off…</source>
        <translation>Abspalten …</translation>
    </message>
    <message>
        <source>About {0} of the labels are wrong ({1} to {2})</source>
        <translation>Etwa {0} der Labels sind falsch ({1} bis {2})</translation>
    </message>
    <message>
        <source>Adaptive weight {0}</source>
        <translation>Adaptives Gewicht {0}</translation>
    </message>
    <message>
        <source>Most typical</source>
        <translation>Am typischsten</translation>
    </message>
    <message>
        <source>No image of this class is beyond doubt.</source>
        <translation>Kein Bild dieser Klasse ist über jeden Zweifel erhaben.</translation>
    </message>
    <message>
        <source>Most doubtful</source>
        <translation>Am zweifelhaftesten</translation>
    </message>
    <message>
        <source>No undecided image is in doubt.</source>
        <translation>Kein offenes Bild ist zweifelhaft.</translation>
    </message>
    <message>
        <source>Below each: the probability that its label is wrong</source>
        <translation>Unter jedem: die Wahrscheinlichkeit, dass sein Label falsch ist</translation>
    </message>
    <message>
        <source>Class divergence: near 0 for similar classes, 1 for the most distant ones</source>
        <translation>Klassenabstand: nahe 0 bei ähnlichen Klassen, 1 bei den fernsten</translation>
    </message>
    <message>
        <source>Select images of this class in the gallery first</source>
        <translation>Zuerst in der Galerie Bilder dieser Klasse auswählen</translation>
    </message>
    <message>
        <source>Rename {0}</source>
        <translation>{0} umbenennen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Merge {0} into {1}</source>
        <translation>{0} in {1} aufgehen lassen</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Zusammenlegen</translation>
    </message>
    <message>
        <source>Split off a new class</source>
        <translation>Neue Klasse abspalten</translation>
    </message>
    <message>
        <source>Split off</source>
        <translation>Abspalten</translation>
    </message>
    <message>
        <source>Decisions are kept, undecided images stay undecided, and no file is changed. You can undo this.</source>
        <translation>Entscheidungen bleiben, offene Bilder bleiben offen, und keine Datei wird angefasst. Sie können es zurücknehmen.</translation>
    </message>
</context>
<context>
    <name>ClassPicker</name>
    <message>
        <source>Choose a class</source>
        <translation>Klasse wählen</translation>
    </message>
    <message>
        <source>Type to find a class, or name a new one</source>
        <translation>Tippen, um eine Klasse zu finden oder eine neue zu benennen</translation>
    </message>
    <message>
        <source>Find or name a class</source>
        <translation>Klasse suchen oder benennen</translation>
    </message>
    <message>
        <source>Type to find a class</source>
        <translation>Tippen, um eine Klasse zu finden</translation>
    </message>
    <message>
        <source>Find a class</source>
        <translation>Klasse suchen</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>A class becomes a folder: its name cannot hold / or \.</source>
        <translation>Eine Klasse wird ein Ordner: Ihr Name darf weder / noch \ enthalten.</translation>
    </message>
    <message>
        <source>The name contains characters that cannot be shown.</source>
        <translation>Der Name enthält Zeichen, die sich nicht anzeigen lassen.</translation>
    </message>
    <message>
        <source>“{0}” already exists and differs only in upper and lower case. Press Enter again to create “{1}” as well.</source>
        <translation>„{0}“ gibt es schon und unterscheidet sich nur in Groß- und Kleinschreibung. Noch einmal Enter legt „{1}“ trotzdem an.</translation>
    </message>
    <message>
        <source>Did you mean “{0}”? Press Enter again to create the new class “{1}”.</source>
        <translation>Meinten Sie „{0}“? Drücken Sie noch einmal Enter, um die neue Klasse „{1}“ anzulegen.</translation>
    </message>
</context>
<context>
    <name>ClassPreviewTable</name>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
</context>
<context>
    <name>ClassReading</name>
    <message>
        <source>Examples of paths and their classes</source>
        <translation>Beispiele von Pfaden und ihren Klassen</translation>
    </message>
    <message>
        <source>Class = first folder</source>
        <translation>Klasse = erster Ordner</translation>
    </message>
    <message>
        <source>Class = folder below train, test</source>
        <translation>Klasse = Ordner unter train, test</translation>
    </message>
    <message>
        <source>Class from a pattern</source>
        <translation>Klasse aus einem Muster</translation>
    </message>
    <message>
        <source>Pattern with {class}</source>
        <translation>Muster mit {class}</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Neu lesen</translation>
    </message>
    <message>
        <source>Read the classes again</source>
        <translation>Die Klassen neu lesen</translation>
    </message>
    <message>
        <source>{class} stands for the class, * for any part of a name, ** for any folders.</source>
        <translation>{class} steht für die Klasse, * für einen beliebigen Teil eines Namens, ** für beliebige Ordner.</translation>
    </message>
    <message>
        <source>Column of the images</source>
        <translation>Spalte der Bilder</translation>
    </message>
    <message>
        <source>Label column</source>
        <translation>Spalte der Labels</translation>
    </message>
    <message>
        <source>Image = column</source>
        <translation>Bild = Spalte</translation>
    </message>
    <message>
        <source>Choose a column</source>
        <translation>Spalte wählen</translation>
    </message>
    <message>
        <source>Class = column</source>
        <translation>Klasse = Spalte</translation>
    </message>
    <message>
        <source>no class</source>
        <translation>keine Klasse</translation>
    </message>
</context>
<context>
    <name>ClassTable</name>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>{0} undecided</source>
        <translation>{0} offen</translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>etwa {0}</translation>
    </message>
</context>
<context>
    <name>ClassTableModel</name>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Probably wrong</source>
        <translation>Wohl falsch</translation>
    </message>
    <message>
        <source>Spread</source>
        <translation>Streuung</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>Nearest classes</source>
        <translation>Nächste Klassen</translation>
    </message>
    <message>
        <source>Typical</source>
        <translation>Typische</translation>
    </message>
    <message>
        <source>Doubtful</source>
        <translation>Zweifelhafte</translation>
    </message>
    <message>
        <source>about {0}, {1} to {2}</source>
        <translation>etwa {0}, {1} bis {2}</translation>
    </message>
    <message>
        <source>The name that exports and the next training use</source>
        <translation>Der Name, den Exporte und das nächste Training benutzen</translation>
    </message>
    <message>
        <source>Images with this label, except dropped ones</source>
        <translation>Bilder mit diesem Label, ohne aussortierte</translation>
    </message>
    <message>
        <source>Estimated share of wrong labels, with an interval that should hold in 95 of 100 cases. It adds up the error probabilities of the undecided images; decided images count as right</source>
        <translation>Geschätzter Anteil falscher Labels, mit einem Bereich, der in 95 von 100 Fällen gelten soll. Er summiert die Fehlerwahrscheinlichkeiten der offenen Bilder; entschiedene gelten als richtig</translation>
    </message>
    <message>
        <source>How far the images lie from the centre of their class on average: a small number for a class whose images are alike, a large one for varied images</source>
        <translation>Wie weit die Bilder im Mittel von der Mitte ihrer Klasse entfernt sind: eine kleine Zahl bei einer Klasse aus ähnlichen Bildern, eine große bei verschiedenen</translation>
    </message>
    <message>
        <source>Mean adaptive weight: how far the training trusted the labels</source>
        <translation>Mittleres adaptives Gewicht: wie weit das Training den Labeln vertraute</translation>
    </message>
    <message>
        <source>The nearest classes with their class divergence: near 0 for similar classes, 1 for the most distant ones</source>
        <translation>Die nächsten Klassen mit ihrem Klassenabstand: nahe 0 bei ähnlichen Klassen, 1 bei den fernsten</translation>
    </message>
    <message>
        <source>Images nearest to the class&apos;s centre</source>
        <translation>Bilder, die der Mitte der Klasse am nächsten liegen</translation>
    </message>
    <message>
        <source>Undecided images whose label is most probably wrong</source>
        <translation>Offene Bilder, deren Label am ehesten falsch ist</translation>
    </message>
</context>
<context>
    <name>ClassTreeView</name>
    <message>
        <source>about {0}</source>
        <translation>etwa {0}</translation>
    </message>
    <message>
        <source>far apart</source>
        <translation>weit auseinander</translation>
    </message>
    <message>
        <source>alike</source>
        <translation>ähnlich</translation>
    </message>
    <message>
        <source>Tree of the classes</source>
        <translation>Baum der Klassen</translation>
    </message>
</context>
<context>
    <name>ClassesView</name>
    <message>
        <source>No tree yet</source>
        <translation>Noch kein Baum</translation>
    </message>
    <message>
        <source>Train once to see which classes lie near each other.</source>
        <translation>Einmal trainieren, um zu sehen, welche Klassen nah beieinander liegen.</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Table or tree</source>
        <translation>Tabelle oder Baum</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>Baum</translation>
    </message>
    <message>
        <source>Find a class</source>
        <translation>Klasse finden</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Sortieren nach</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Show the whole tree</source>
        <translation>Den ganzen Baum zeigen</translation>
    </message>
    <message>
        <source>Preparing the class overview</source>
        <translation>Klassenübersicht wird vorbereitet</translation>
    </message>
    <message>
        <source>Counts, estimates and images of each class appear here in a moment.</source>
        <translation>Zahlen, Schätzungen und Bilder jeder Klasse stehen gleich hier.</translation>
    </message>
    <message>
        <source>{0} Nothing was changed.</source>
        <translation>{0} Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The classes cannot be shown</source>
        <translation>Die Klassen lassen sich nicht zeigen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Only 1 in {0} class names is shown; zoom in to read all</source>
        <translation>Nur 1 von {0} Klassennamen ist zu sehen; vergrößern zeigt alle</translation>
    </message>
    <message>
        <source>Click to select a branch</source>
        <translation>Ein Klick wählt einen Zweig</translation>
    </message>
</context>
<context>
    <name>CompareDialog</name>
    <message>
        <source>Compare decisions</source>
        <translation>Entscheidungen vergleichen</translation>
    </message>
    <message>
        <source>How far do two people agree?</source>
        <translation>Wie weit stimmen zwei Personen überein?</translation>
    </message>
    <message>
        <source>Choose the file decisions.jsonl of an export of each. Images are known by their content, so their names may differ. You then decide where the two disagree.</source>
        <translation>Wählen Sie von beiden die Datei decisions.jsonl eines Exports. Bilder werden an ihrem Inhalt erkannt, ihre Namen dürfen sich also unterscheiden. Danach entscheiden Sie, wo die beiden voneinander abweichen.</translation>
    </message>
    <message>
        <source>Decisions of the first</source>
        <translation>Entscheidungen der ersten</translation>
    </message>
    <message>
        <source>of the second</source>
        <translation>der zweiten Person</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose: {0}</source>
        <translation>Wählen: {0}</translation>
    </message>
    <message>
        <source>Decision logs (*.jsonl)</source>
        <translation>Entscheidungsprotokolle (*.jsonl)</translation>
    </message>
</context>
<context>
    <name>CompareTab</name>
    <message>
        <source>Earlier training</source>
        <translation>Früheres Training</translation>
    </message>
    <message>
        <source>Later training</source>
        <translation>Späteres Training</translation>
    </message>
    <message>
        <source>Images that moved up</source>
        <translation>Bilder, die gestiegen sind</translation>
    </message>
    <message>
        <source>Images that moved down</source>
        <translation>Bilder, die gesunken sind</translation>
    </message>
    <message>
        <source>newly flagged</source>
        <translation>neu markiert</translation>
    </message>
    <message>
        <source>no longer flagged</source>
        <translation>nicht mehr markiert</translation>
    </message>
    <message>
        <source>wrong labels expected, before → now</source>
        <translation>falsche Labels erwartet, vorher → jetzt</translation>
    </message>
    <message>
        <source>Each image that you kept or relabelled is compared with its nearest neighbours among the others. Recall@1 is how often the nearest one has the same label. MAP@R is how well those with the same label rank before all others. The interval of the difference comes from resampling the images (paired bootstrap, 95%). The later training has learned from images decided before it, so the difference favours it.</source>
        <translation>Jedes Bild, dessen Label Sie behalten oder geändert haben, sucht unter den anderen seine nächsten Nachbarn. Recall@1: wie oft der nächste das gleiche Label hat. MAP@R: wie gut die mit gleichem Label vor allen anderen kommen. Der Bereich des Unterschieds kommt von wiederholtem Ziehen der Bilder (gepaarter Bootstrap, 95 %). Bilder, die vor dem späteren Training entschieden wurden, haben es gelehrt; der Unterschied spricht darum eher für dieses.</translation>
    </message>
    <message>
        <source>Training {0}, {1}, {2} decided</source>
        <translation>Training {0}, {1}, {2} entschieden</translation>
    </message>
    <message>
        <source>There is only one training so far</source>
        <translation>Bisher gibt es nur ein Training</translation>
    </message>
    <message>
        <source>Not trained yet</source>
        <translation>Noch nicht trainiert</translation>
    </message>
    <message>
        <source>Decide some images and train again to see here which images moved, which suggestions changed, and whether the classes are separated better.</source>
        <translation>Entscheiden Sie über einige Bilder und trainieren Sie neu: Hier steht dann, welche Bilder gewandert sind, welche Vorschläge sich geändert haben und ob die Klassen besser getrennt werden.</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Vergleich läuft …</translation>
    </message>
    <message>
        <source>The trainings cannot be compared</source>
        <translation>Die Trainings lassen sich nicht vergleichen</translation>
    </message>
    <message>
        <source>Wrong labels among the undecided images by the scores of each training, corrected by all your decisions, as on the page Review.</source>
        <translation>Falsche Labels unter den offenen Bildern nach den Werten jedes Trainings, berichtigt nach allen Ihren Entscheidungen wie auf der Seite Durchsicht.</translation>
    </message>
    <message>
        <source>More probably wrong than before</source>
        <translation>Eher falsch als vorher</translation>
    </message>
    <message>
        <source>Less probably wrong than before</source>
        <translation>Weniger wahrscheinlich falsch als vorher</translation>
    </message>
    <message>
        <source>Changed suggestions, the most certain first</source>
        <translation>Geänderte Vorschläge, die sichersten zuerst</translation>
    </message>
    <message>
        <source>No suggestion changed</source>
        <translation>Kein Vorschlag hat sich geändert</translation>
    </message>
    <message>
        <source>How well the classes are separated</source>
        <translation>Wie gut die Klassen getrennt werden</translation>
    </message>
    <message>
        <source>Too few verified images to say whether the classes are separated better: {0} of {1} needed, from at least two classes. Keep or relabel more.</source>
        <translation>Zu wenige geprüfte Bilder, um zu sagen, ob die Klassen besser getrennt werden: {0} von {1}, aus mindestens zwei Klassen. Behalten oder ändern Sie mehr.</translation>
    </message>
    <message>
        <source>Recall@1</source>
        <translation>Recall@1</translation>
    </message>
    <message>
        <source>MAP@R</source>
        <translation>MAP@R</translation>
    </message>
    <message>
        <source>no clear difference</source>
        <translation>kein klarer Unterschied</translation>
    </message>
    <message>
        <source>better</source>
        <translation>besser</translation>
    </message>
    <message>
        <source>worse</source>
        <translation>schlechter</translation>
    </message>
    <message>
        <source>{0}: {1} → {2}, {3} ({4} to {5})</source>
        <translation>{0}: {1} → {2}, {3} ({4} bis {5})</translation>
    </message>
    <message>
        <source>Probability that the label is wrong</source>
        <translation>Wahrscheinlichkeit, dass das Label falsch ist</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>Old against new probability</source>
        <translation>Alte gegen neue Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Images above the dashed line became more suspect; darker cells hold more images.</source>
        <translation>Über der gestrichelten Linie wurden Bilder verdächtiger; dunklere Felder enthalten mehr.</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>Compare images</source>
        <translation>Bilder vergleichen</translation>
    </message>
    <message>
        <source>← →  which one     + −  zoom all     hold B  blink     Esc  close</source>
        <translation>← →  welches     + −  alle vergrößern     B halten  blinken     Esc  schließen</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>aussortiert</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>This image cannot be shown</source>
        <translation>Dieses Bild lässt sich nicht zeigen</translation>
    </message>
</context>
<context>
    <name>ConfusionView</name>
    <message>
        <source>You can undo this.</source>
        <translation>Sie können es zurücknehmen.</translation>
    </message>
    <message>
        <source>Counting the labels</source>
        <translation>Die Labels werden gezählt</translation>
    </message>
    <message>
        <source>This takes a moment.</source>
        <translation>Das dauert einen Augenblick.</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>Kein Projekt ist offen</translation>
    </message>
    <message>
        <source>See which classes are confused with each other</source>
        <translation>Sehen, welche Klassen miteinander verwechselt werden</translation>
    </message>
    <message>
        <source>After the first training, labels and suggestions are compared here.</source>
        <translation>Nach dem ersten Training stehen hier Labels und Vorschläge im Vergleich.</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>The classes could not be compared</source>
        <translation>Die Klassen ließen sich nicht vergleichen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>{0} found</source>
        <translation>{0} gefunden</translation>
    </message>
    <message>
        <source>no images</source>
        <translation>keine Bilder</translation>
    </message>
    <message>
        <source>these</source>
        <translation>diesen</translation>
    </message>
    <message>
        <source>{0} ({1} of {2}), about {3} wrong labels</source>
        <translation>{0} ({1} von {2}), etwa {3} falsche Labels</translation>
    </message>
    <message>
        <source>Review these</source>
        <translation>Diese durchsehen</translation>
    </message>
    <message>
        <source>Merge these two classes…</source>
        <translation>Diese zwei Klassen zusammenlegen …</translation>
    </message>
</context>
<context>
    <name>DecisionBar</name>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Aussortieren</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>→ {0}</source>
        <translation>→ {0}</translation>
    </message>
    <message>
        <source>Take “{0}”</source>
        <translation>„{0}“ nehmen</translation>
    </message>
    <message>
        <source>Relabel to “{0}”</source>
        <translation>In „{0}“ ändern</translation>
    </message>
    <message>
        <source>Another class…</source>
        <translation>Andere Klasse …</translation>
    </message>
    <message>
        <source>Type to find a class, or name a new one</source>
        <translation>Tippen, um eine Klasse zu finden oder eine neue zu benennen</translation>
    </message>
    <message>
        <source>Clear the decision</source>
        <translation>Entscheidung löschen</translation>
    </message>
    <message>
        <source>Make the image undecided again</source>
        <translation>Das Bild wieder auf offen setzen</translation>
    </message>
    <message>
        <source>Read-only: {0}</source>
        <translation>Nur lesbar: {0}</translation>
    </message>
    <message>
        <source>{0} selected</source>
        <translation>{0} ausgewählt</translation>
    </message>
    <message>
        <source>, {0} of them decided</source>
        <translation>, davon {0} entschieden</translation>
    </message>
    <message>
        <source>The buttons decide about {0}, which the filters hide</source>
        <translation>Die Tasten entscheiden über {0}, das die Filter verbergen</translation>
    </message>
    <message>
        <source>This would not change any of the selected images.</source>
        <translation>Das würde keines der ausgewählten Bilder ändern.</translation>
    </message>
    <message>
        <source>The label is right</source>
        <translation>Das Label stimmt</translation>
    </message>
    <message>
        <source>Give each image its suggested label</source>
        <translation>Jedem Bild das vorgeschlagene Label geben</translation>
    </message>
    <message>
        <source>Give the image its suggested label</source>
        <translation>Dem Bild das vorgeschlagene Label geben</translation>
    </message>
    <message>
        <source>Leave the image out of training and exports; the file stays</source>
        <translation>Das Bild aus Training und Export herauslassen; die Datei bleibt</translation>
    </message>
    <message>
        <source>Mark the image as unsure</source>
        <translation>Das Bild als unsicher markieren</translation>
    </message>
</context>
<context>
    <name>DeskWiring</name>
    <message>
        <source>Decide {0} of {1} images at once?</source>
        <translation>{0} von {1} Bildern auf einmal entscheiden?</translation>
    </message>
    <message>
        <source>It is one step, which you can undo.</source>
        <translation>Es ist ein Schritt, den Sie rückgängig machen können.</translation>
    </message>
    <message>
        <source>Decide all</source>
        <translation>Alle entscheiden</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Rename the project</source>
        <translation>Projekt umbenennen</translation>
    </message>
    <message>
        <source>Name of the project</source>
        <translation>Name des Projekts</translation>
    </message>
    <message>
        <source>The project lies in {0} now; your images are where they were.</source>
        <translation>Das Projekt liegt jetzt in {0}; Ihre Bilder sind, wo sie waren.</translation>
    </message>
    <message>
        <source>No other undecided image seems to have the same mistake.</source>
        <translation>Kein anderes offenes Bild scheint denselben Fehler zu haben.</translation>
    </message>
    <message>
        <source>Open {0} instead of {1}?</source>
        <translation>{0} statt {1} öffnen?</translation>
    </message>
    <message>
        <source>Your decisions are saved.</source>
        <translation>Ihre Entscheidungen sind gespeichert.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Show the list</source>
        <translation>Liste zeigen</translation>
    </message>
</context>
<context>
    <name>DoubtRules</name>
    <message>
        <source>Keep the given label</source>
        <translation>Gegebenes Label behalten</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Nicht mit exportieren</translation>
    </message>
    <message>
        <source>Own folder: unsure</source>
        <translation>Eigener Ordner: unsure</translation>
    </message>
    <message>
        <source>Undecided images</source>
        <translation>Offene Bilder</translation>
    </message>
    <message>
        <source>Unsure images</source>
        <translation>Unsichere Bilder</translation>
    </message>
</context>
<context>
    <name>DuplicatesDialog</name>
    <message>
        <source>Duplicates</source>
        <translation>Doppelte</translation>
    </message>
    <message>
        <source>The image with a frame stays: the one with the most pixels; of equally large ones the sharpest; of equally sharp ones the least compressed. Click another one, or use ← →, to let it stay instead. A dropped duplicate is no verdict on its label, and no file is deleted.</source>
        <translation>Das Bild mit dem Rahmen bleibt: das mit den meisten Pixeln; von gleich großen das schärfste; von gleich scharfen das am wenigsten komprimierte. Klicken Sie ein anderes an, oder wählen Sie es mit ← →, damit es stattdessen bleibt. Ein aussortiertes Duplikat ist kein Urteil über sein Label, und keine Datei wird gelöscht.</translation>
    </message>
    <message>
        <source>Keep the best, drop the rest</source>
        <translation>Bestes behalten, Rest aussortieren</translation>
    </message>
    <message>
        <source>Show in the gallery</source>
        <translation>In der Galerie zeigen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Not searched yet</source>
        <translation>Noch nicht gesucht</translation>
    </message>
    <message>
        <source>Train once to find duplicates.</source>
        <translation>Trainieren Sie einmal, um Doppelte zu finden.</translation>
    </message>
    <message>
        <source>No duplicates</source>
        <translation>Keine Doppelten</translation>
    </message>
    <message>
        <source>No two images look the same, apart from those that you have dropped.</source>
        <translation>Keine zwei Bilder sehen gleich aus, abgesehen von denen, die Sie aussortiert haben.</translation>
    </message>
</context>
<context>
    <name>EvidencePanel</name>
    <message>
        <source>Evidence</source>
        <translation>Belege</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>Kein Projekt ist offen</translation>
    </message>
    <message>
        <source>The selected image appears here, with the evidence for and against its label.</source>
        <translation>Hier steht das ausgewählte Bild mit den Belegen für und gegen sein Label.</translation>
    </message>
    <message>
        <source>No image is selected</source>
        <translation>Kein Bild ist ausgewählt</translation>
    </message>
    <message>
        <source>Select an image in the gallery to see it large, with its evidence.</source>
        <translation>Wählen Sie eins in der Galerie, um es groß zu sehen, mit seinen Belegen.</translation>
    </message>
</context>
<context>
    <name>Explanations</name>
    <message>
        <source>More in the guide</source>
        <translation>Mehr in der Anleitung</translation>
    </message>
    <message>
        <source>The probability of the suggested label.</source>
        <translation>Die Wahrscheinlichkeit des vorgeschlagenen Labels.</translation>
    </message>
    <message>
        <source>The most probable label; the given one where nothing is better.</source>
        <translation>Das wahrscheinlichste Label; das gegebene, wo keins besser ist.</translation>
    </message>
    <message>
        <source>The label that the image came with.</source>
        <translation>Das Label, mit dem das Bild kam.</translation>
    </message>
    <message>
        <source>How far apart the given and the suggested class lie, from 0 (the same) to 1. A low value means similar classes, a high value a gross error.</source>
        <translation>Wie weit die gegebene und die vorgeschlagene Klasse auseinander liegen, 0 (gleich) bis 1. Ein niedriger Wert heißt ähnliche Klassen, ein hoher ein grober Fehler.</translation>
    </message>
    <message>
        <source>What is odd about the picture itself: blank, very dark or bright, blurred, of little information, or of an unusual size or shape. It says nothing of the label.</source>
        <translation>Was am Bild selbst auffällt: leer, sehr dunkel oder hell, unscharf, wenig Inhalt, ungewöhnliche Größe oder Form. Über das Label sagt es nichts.</translation>
    </message>
    <message>
        <source>Images that look the same, or are the same file; where their labels differ, at least one is wrong.</source>
        <translation>Bilder, die gleich aussehen oder dieselbe Datei sind; wo ihre Labels sich unterscheiden, ist mindestens eines falsch.</translation>
    </message>
    <message>
        <source>An image that looks the same has another label, so at least one of them is wrong.</source>
        <translation>Ein gleich aussehendes Bild hat ein anderes Label, also ist mindestens eines davon falsch.</translation>
    </message>
    <message>
        <source>What all scores together say about the label. It is an estimate; the decision is yours.</source>
        <translation>Was alle Werte zusammen über das Label sagen. Es ist eine Schätzung; die Entscheidung liegt bei Ihnen.</translation>
    </message>
    <message>
        <source>The most likely classes with the probability of each; grey is the given one.</source>
        <translation>Die wahrscheinlichsten Klassen mit ihrer Wahrscheinlichkeit; grau ist die gegebene.</translation>
    </message>
    <message>
        <source>Four kinds of images, by weight and consistency: right, wrong label, unclear image, hard but right.</source>
        <translation>Vier Arten von Bildern, nach Gewicht und Konsistenz: richtig, falsches Label, unklares Bild, schwierig aber richtig.</translation>
    </message>
    <message>
        <source>Only images whose label is more probably wrong than right.</source>
        <translation>Nur Bilder, deren Label eher falsch als richtig ist.</translation>
    </message>
    <message>
        <source>How many images have each error probability. Drag the threshold to show only the images above it.</source>
        <translation>Wie viele Bilder welche Fehlerwahrscheinlichkeit haben. Die Schwelle ziehen, um nur die darüber zu zeigen.</translation>
    </message>
    <message>
        <source>The sum of their probabilities; decided images are not counted.</source>
        <translation>Die Summe ihrer Wahrscheinlichkeiten; entschiedene Bilder zählen nicht.</translation>
    </message>
    <message>
        <source>Blends about 50 random images into the queue, so that the number of errors left also rests on labels that look right. The gallery shows no scores of undecided images until all of them are decided.</source>
        <translation>Mischt etwa 50 zufällige Bilder in die Liste, damit die Zahl der übrigen Fehler auch auf Labels beruht, die richtig aussehen. Die Galerie zeigt keine Werte offener Bilder, bis alle davon entschieden sind.</translation>
    </message>
    <message>
        <source>An estimate from the random images and your verdicts alone, whatever the scores are worth. The number of errors left joins both.</source>
        <translation>Eine Schätzung allein aus den zufälligen Bildern und Ihren Urteilen, was auch immer die Werte taugen. Die Zahl der übrigen Fehler verbindet beides.</translation>
    </message>
    <message>
        <source>Images that match all words: in the path, or after class:, decision:, note: and others.</source>
        <translation>Bilder, die zu allen Wörtern passen: im Pfad, oder nach class:, decision:, note: und anderen.</translation>
    </message>
    <message>
        <source>What became of an image: undecided, kept, relabelled, dropped, unsure, or checked by the model.</source>
        <translation>Was aus einem Bild wurde: offen, behalten, geändert, aussortiert, unsicher, oder vom Modell geprüft.</translation>
    </message>
    <message>
        <source>Of images with an error probability of 30%, 30 of 100 labels should be wrong. The calibration error is the mean distance between the two.</source>
        <translation>Von Bildern mit einer Fehlerwahrscheinlichkeit von 30 % sollten 30 von 100 Labels falsch sein. Der Kalibrierungsfehler ist der mittlere Abstand der beiden.</translation>
    </message>
    <message>
        <source>Estimated wrong labels among the undecided images: the sum of their error probabilities, corrected by your decisions, with an interval meant to hold for 95 of 100 data sets.</source>
        <translation>Geschätzte falsche Labels unter den offenen Bildern: die Summe ihrer Fehlerwahrscheinlichkeiten, berichtigt nach Ihren Entscheidungen, mit einem Bereich, der in 95 von 100 Datensätzen gelten soll.</translation>
    </message>
    <message>
        <source>The probability that the given label is wrong, calibrated: of the images with 80%, about 80 in 100 are wrong.</source>
        <translation>Die Wahrscheinlichkeit, dass das gegebene Label falsch ist, kalibriert: Von den Bildern mit 80 % sind etwa 80 von 100 falsch.</translation>
    </message>
    <message>
        <source>How far the training trusted this label, in per cent. At a low value, its neighbours disagree.</source>
        <translation>Wie weit das Training diesem Label vertraute, in Prozent. Bei einem niedrigen Wert widersprechen die Nachbarn.</translation>
    </message>
    <message>
        <source>How consistently augmentations of the image lead to the same class, in per cent. A low value suggests an unclear or damaged image. It is missing where the image itself leaves no doubt.</source>
        <translation>Wie einheitlich veränderte Kopien des Bildes zur selben Klasse führen, in Prozent. Ein niedriger Wert deutet auf ein unklares oder beschädigtes Bild. Er fehlt, wo das Bild selbst keinen Zweifel lässt.</translation>
    </message>
    <message>
        <source>How probably the image belongs to none of the classes, by how far the nearest one is. Drop it, or give it a class of its own.</source>
        <translation>Wie wahrscheinlich das Bild zu keiner der Klassen gehört, danach, wie fern die nächste ist. Sortieren Sie es aus, oder geben Sie ihm eine eigene Klasse.</translation>
    </message>
    <message>
        <source>The share of the planted errors that a review of so many images finds, the most suspect first.</source>
        <translation>Der Anteil der eingebauten Fehler, den eine Durchsicht so vieler Bilder findet, die verdächtigsten zuerst.</translation>
    </message>
    <message>
        <source>How much work a training does. Balanced gave the best results for its time.</source>
        <translation>Wie gründlich ein Training arbeitet. Ausgewogen ergab für seine Zeit die besten Ergebnisse.</translation>
    </message>
    <message>
        <source>Where the training runs: on a graphics card if there is one, or on the processor.</source>
        <translation>Was rechnet: die Grafikkarte, wo es eine gibt, oder der Prozessor.</translation>
    </message>
    <message>
        <source>Images that you kept or relabelled are trained on with full weight.</source>
        <translation>Bilder, deren Label Sie behalten oder geändert haben, zählen im Training voll.</translation>
    </message>
    <message>
        <source>For users who know the method; the defaults are the measured settings.</source>
        <translation>Für Kenner der Methode; die Vorgaben sind die gemessenen.</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export the cleaned data</source>
        <translation>Bereinigte Daten exportieren</translation>
    </message>
    <message>
        <source>Your images stay as they are: dropping one never deletes a file.</source>
        <translation>Ihre Bilder bleiben, wie sie sind: Aussortieren löscht nie eine Datei.</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Schreibe …</translation>
    </message>
    <message>
        <source>Choose another folder, or tick “{0}”.</source>
        <translation>Anderen Ordner wählen oder „{0}“ ankreuzen.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Stopped. Nothing was written.</source>
        <translation>Angehalten. Nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Halte an …</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>Ordner für die Ergebnisse</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Replace the earlier export</source>
        <translation>Den früheren Export ersetzen</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Manifest</source>
        <translation>Manifest</translation>
    </message>
    <message>
        <source>Class folders</source>
        <translation>Klassenordner</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation>Einbettungen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>How images are put into the class folders</source>
        <translation>Wie Bilder in die Klassenordner kommen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopie</translation>
    </message>
    <message>
        <source>Hard link</source>
        <translation>Hardlink</translation>
    </message>
    <message>
        <source>Symbolic link</source>
        <translation>Symbolischer Link</translation>
    </message>
    <message>
        <source>Safe for spreadsheets</source>
        <translation>Sicher für Tabellenkalkulationen</translation>
    </message>
    <message>
        <source>Defuses what a spreadsheet takes for a formula; labels.parquet holds the true names.</source>
        <translation>Entschärft, was eine Tabellenkalkulation für eine Formel hält; labels.parquet enthält die wahren Namen.</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>The images are in this folder; choose another one.</source>
        <translation>Das ist der Ordner der Bilder; bitte einen anderen wählen.</translation>
    </message>
    <message>
        <source>This is a file; choose a folder.</source>
        <translation>Das ist eine Datei; bitte einen Ordner wählen.</translation>
    </message>
    <message>
        <source>There is an earlier export in this folder.</source>
        <translation>In diesem Ordner liegt ein früherer Export.</translation>
    </message>
    <message>
        <source>There are other files in this folder; choose a new or an empty one.</source>
        <translation>In diesem Ordner liegen andere Dateien; bitte einen neuen oder leeren wählen.</translation>
    </message>
    <message>
        <source>Available after the first training</source>
        <translation>Erst nach dem ersten Training</translation>
    </message>
</context>
<context>
    <name>ExportPlanCard</name>
    <message>
        <source>What will be written</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>Images with a label</source>
        <translation>Bilder mit Label</translation>
    </message>
    <message>
        <source>Relabelled</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Dropped, so left out</source>
        <translation>Aussortiert, also nicht dabei</translation>
    </message>
    <message>
        <source>Files in class folders</source>
        <translation>Dateien in Klassenordnern</translation>
    </message>
    <message>
        <source>Images of each class</source>
        <translation>Bilder jeder Klasse</translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>etwa {0}</translation>
    </message>
    <message>
        <source>links</source>
        <translation>Verknüpfungen</translation>
    </message>
    <message>
        <source>Only {0} is free on that disk.</source>
        <translation>Auf diesem Datenträger sind nur {0} frei.</translation>
    </message>
</context>
<context>
    <name>FactsCard</name>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>decided: {0}</source>
        <translation>entschieden: {0}</translation>
    </message>
    <message>
        <source>suggested {0}</source>
        <translation>vorgeschlagen {0}</translation>
    </message>
    <message>
        <source>error probability {0}</source>
        <translation>Fehlerwahrscheinlichkeit {0}</translation>
    </message>
</context>
<context>
    <name>FileFacts</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>File and camera details</source>
        <translation>Angaben zu Datei und Kamera</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Copy the path of the image</source>
        <translation>Den Pfad des Bildes kopieren</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Show the image in its folder</source>
        <translation>Das Bild in seinem Ordner zeigen</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Clear filters</source>
        <translation>Filter aufheben</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>More filters</source>
        <translation>Weitere Filter</translation>
    </message>
    <message>
        <source>Probably wrong</source>
        <translation>Wohl falsch</translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Suggested</source>
        <translation>Vorschlag</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>Duplikate</translation>
    </message>
    <message>
        <source>Does not belong</source>
        <translation>Gehört nicht dazu</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Could not be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Starred</source>
        <translation>Mit Stern</translation>
    </message>
    <message>
        <source>With a note</source>
        <translation>Mit Notiz</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>Aufteilung</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Chosen images</source>
        <translation>Gewählte Bilder</translation>
    </message>
    <message>
        <source>By description</source>
        <translation>Nach Beschreibung</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>More about the images shown</source>
        <translation>Mehr zu den gezeigten Bildern</translation>
    </message>
    <message>
        <source>Images above the threshold</source>
        <translation>Bilder über der Schwelle</translation>
    </message>
    <message>
        <source>Accept what looks right…</source>
        <translation>Annehmen, was richtig aussieht …</translation>
    </message>
    <message>
        <source>Train once to see which labels are probably wrong.</source>
        <translation>Einmal trainieren, um zu sehen, welche Labels wohl falsch sind.</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>any finding</source>
        <translation>irgendeine Auffälligkeit</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>relabelled</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>aussortiert</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>any decision</source>
        <translation>irgendeine Entscheidung</translation>
    </message>
    <message>
        <source>Decide all above in {0}…</source>
        <translation>Alle darüber in {0} entscheiden …</translation>
    </message>
    <message>
        <source>Decide all above…</source>
        <translation>Alle darüber entscheiden …</translation>
    </message>
    <message>
        <source>Decide all above the threshold</source>
        <translation>Alle über der Schwelle entscheiden</translation>
    </message>
    <message>
        <source>{0} from {1} to {2}</source>
        <translation>{0} von {1} bis {2}</translation>
    </message>
    <message>
        <source>{0} above {1}</source>
        <translation>{0} über {1}</translation>
    </message>
    <message>
        <source>looks right</source>
        <translation>sieht richtig aus</translation>
    </message>
    <message>
        <source>probably wrong</source>
        <translation>wohl falsch</translation>
    </message>
    <message>
        <source>model unsure</source>
        <translation>Modell unsicher</translation>
    </message>
    <message>
        <source>hard but right</source>
        <translation>schwierig, aber richtig</translation>
    </message>
    <message>
        <source>undecided</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>checked by the model</source>
        <translation>vom Modell geprüft</translation>
    </message>
    <message>
        <source>{0} checked by the model</source>
        <translation>{0} vom Modell geprüft</translation>
    </message>
    <message>
        <source>blank</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>very dark</source>
        <translation>sehr dunkel</translation>
    </message>
    <message>
        <source>very bright</source>
        <translation>sehr hell</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>unscharf</translation>
    </message>
    <message>
        <source>little information</source>
        <translation>wenig Inhalt</translation>
    </message>
    <message>
        <source>odd size</source>
        <translation>ungewöhnliche Größe</translation>
    </message>
    <message>
        <source>odd shape</source>
        <translation>ungewöhnliche Form</translation>
    </message>
</context>
<context>
    <name>FindDialog</name>
    <message>
        <source>Find by description</source>
        <translation>Nach Beschreibung finden</translation>
    </message>
    <message>
        <source>Say in English what an image should show. The images are put in the order of how well they fit; all of them stay.</source>
        <translation>Sagen Sie auf Englisch, was ein Bild zeigen soll. Die Bilder werden danach geordnet, wie gut sie passen; alle bleiben da.</translation>
    </message>
    <message>
        <source>What the image shows</source>
        <translation>Was das Bild zeigt</translation>
    </message>
    <message>
        <source>a dog on grass</source>
        <translation>a dog on grass</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Finden</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Choose a file of weights…</source>
        <translation>Datei mit Gewichten wählen…</translation>
    </message>
    <message>
        <source>Download {0} MB</source>
        <translation>{0} MB herunterladen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>This needs a package. Install it, and start the program again:</source>
        <translation>Dazu fehlt ein Paket. Installieren Sie es, und starten Sie das Programm neu:</translation>
    </message>
    <message>
        <source>Network: {0}</source>
        <translation>Netz: {0}</translation>
    </message>
    <message>
        <source>This needs a network that knows images and texts: a file of weights of CLIP that you have, or {0} ({1}). {2}</source>
        <translation>Dazu braucht es ein Netz, das Bilder und Texte kennt: eine Datei mit Gewichten von CLIP, die Sie haben, oder {0} ({1}). {2}</translation>
    </message>
    <message>
        <source>Weights ({0})</source>
        <translation>Gewichte ({0})</translation>
    </message>
    <message>
        <source>Choose a file of weights</source>
        <translation>Datei mit Gewichten wählen</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>Arbeitet…</translation>
    </message>
    <message>
        <source>Stopped. What is computed is kept.</source>
        <translation>Angehalten. Was berechnet ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>The end of the text was left out: it is too long.</source>
        <translation>Das Ende des Textes ist weggelassen: Er ist zu lang.</translation>
    </message>
    <message>
        <source>It failed; the details are in the log.</source>
        <translation>Das ist fehlgeschlagen; Einzelheiten stehen im Protokoll.</translation>
    </message>
</context>
<context>
    <name>FolderWiring</name>
    <message>
        <source>The image folder has changed: {0}.</source>
        <translation>Der Bildordner hat sich geändert: {0}.</translation>
    </message>
    <message>
        <source>New images become undecided, renamed ones keep their decisions, and changed ones are asked about anew.</source>
        <translation>Neue Bilder sind offen, umbenannte behalten ihre Entscheidungen, nach geänderten wird neu gefragt.</translation>
    </message>
    <message>
        <source>Update the project</source>
        <translation>Projekt aktualisieren</translation>
    </message>
    <message>
        <source>Nothing has changed in the image folder.</source>
        <translation>Im Bildordner hat sich nichts geändert.</translation>
    </message>
    <message>
        <source>The project is up to date: {0}.</source>
        <translation>Das Projekt ist auf dem neuesten Stand: {0}.</translation>
    </message>
    <message>
        <source>Show new and changed images</source>
        <translation>Neue und geänderte Bilder zeigen</translation>
    </message>
    <message>
        <source>This folder has a project already, which was opened.</source>
        <translation>Zu diesem Ordner gibt es schon ein Projekt; es wurde geöffnet.</translation>
    </message>
    <message>
        <source>Another project of the same images would begin without decisions.</source>
        <translation>Ein weiteres Projekt derselben Bilder begänne ohne Entscheidungen.</translation>
    </message>
    <message>
        <source>Make another project</source>
        <translation>Noch ein Projekt anlegen</translation>
    </message>
    <message>
        <source>The images were found in {0}: {1} of {2} looked for are the same.</source>
        <translation>Die Bilder wurden in {0} gefunden: {1} von {2} gesuchten sind dieselben.</translation>
    </message>
</context>
<context>
    <name>FormatPicker</name>
    <message>
        <source>Boxes</source>
        <translation>Rahmen</translation>
    </message>
    <message>
        <source>Other tools</source>
        <translation>Andere Programme</translation>
    </message>
    <message>
        <source>Forms of other tools: {0}</source>
        <translation>Formen anderer Programme: {0}</translation>
    </message>
</context>
<context>
    <name>GalleryDelegate</name>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>aussortiert</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
</context>
<context>
    <name>GalleryModel</name>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>labelled {0}</source>
        <translation>Label {0}</translation>
    </message>
    <message>
        <source>does not belong {0}</source>
        <translation>gehört nicht dazu {0}</translation>
    </message>
    <message>
        <source>suggested {0}</source>
        <translation>Vorschlag {0}</translation>
    </message>
    <message>
        <source>error probability {0}</source>
        <translation>Fehlerwahrscheinlichkeit {0}</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>starred</source>
        <translation>mit Stern</translation>
    </message>
    <message>
        <source>note: {0}</source>
        <translation>Notiz: {0}</translation>
    </message>
</context>
<context>
    <name>GalleryPanel</name>
    <message>
        <source>Refresh order</source>
        <translation>Neu ordnen</translation>
    </message>
    <message>
        <source>Decisions were made; the order stays the same until you refresh it</source>
        <translation>Es gab Entscheidungen; die Reihenfolge bleibt, bis Sie neu ordnen</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Sortieren nach</translation>
    </message>
    <message>
        <source>Folder order</source>
        <translation>Reihenfolge im Ordner</translation>
    </message>
    <message>
        <source>Include an honest sample</source>
        <translation>Ehrliche Stichprobe einschließen</translation>
    </message>
    <message>
        <source>They resemble images whose label you found wrong; press to move them</source>
        <translation>Sie ähneln Bildern, deren Label Sie falsch fanden; drücken Sie, um sie vorzurücken</translation>
    </message>
    <message>
        <source>Reverse the order</source>
        <translation>Reihenfolge umkehren</translation>
    </message>
    <message>
        <source>Size of the thumbnails</source>
        <translation>Größe der Vorschaubilder</translation>
    </message>
    <message>
        <source>Probably wrong first</source>
        <translation>Wohl falsche zuerst</translation>
    </message>
    <message>
        <source>Lowest adaptive weight</source>
        <translation>Kleinstes adaptives Gewicht</translation>
    </message>
    <message>
        <source>Lowest consistency</source>
        <translation>Kleinste Konsistenz</translation>
    </message>
    <message>
        <source>Most certain suggestion</source>
        <translation>Sicherster Vorschlag</translation>
    </message>
    <message>
        <source>Most severe error first</source>
        <translation>Gröbster Fehler zuerst</translation>
    </message>
    <message>
        <source>Does not belong first</source>
        <translation>Nicht Dazugehörige zuerst</translation>
    </message>
    <message>
        <source>Duplicates grouped</source>
        <translation>Duplikate zusammen</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Suggested class</source>
        <translation>Vorgeschlagene Klasse</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>Duplicates with another label first</source>
        <translation>Duplikate mit anderem Label zuerst</translation>
    </message>
    <message>
        <source>Odd pictures first</source>
        <translation>Auffällige Bilder zuerst</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>{0} selected</source>
        <translation>{0} ausgewählt</translation>
    </message>
    <message>
        <source>Most alike first</source>
        <translation>Ähnlichste zuerst</translation>
    </message>
    <message>
        <source>Best fit to the text first</source>
        <translation>Was am besten zum Text passt, zuerst</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>Kein Projekt ist offen</translation>
    </message>
    <message>
        <source>Open a folder of images, and they will be shown here.</source>
        <translation>Öffnen Sie einen Ordner mit Bildern, und sie stehen hier.</translation>
    </message>
    <message>
        <source>All of these images are decided</source>
        <translation>Alle diese Bilder sind entschieden</translation>
    </message>
    <message>
        <source>Nothing is left to decide here</source>
        <translation>Hier ist nichts mehr zu entscheiden</translation>
    </message>
    <message>
        <source>No images match the filters</source>
        <translation>Kein Bild passt zu den Filtern</translation>
    </message>
    <message>
        <source>Widen the probability range or remove a filter.</source>
        <translation>Den Bereich der Wahrscheinlichkeit weiten oder einen Filter wegnehmen.</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter aufheben</translation>
    </message>
</context>
<context>
    <name>GalleryView</name>
    <message>
        <source>Images to review</source>
        <translation>Bilder zur Durchsicht</translation>
    </message>
</context>
<context>
    <name>GroupDelegate</name>
    <message>
        <source>Labels differ</source>
        <translation>Verschiedene Labels</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
</context>
<context>
    <name>GroupModel</name>
    <message>
        <source>{0} stays</source>
        <translation>{0} bleibt</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
</context>
<context>
    <name>GroupView</name>
    <message>
        <source>Groups of duplicates</source>
        <translation>Gruppen von Doppelten</translation>
    </message>
</context>
<context>
    <name>GuideBrowser</name>
    <message>
        <source>Text of the guide</source>
        <translation>Text der Anleitung</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>Guide</source>
        <translation>Anleitung</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>Search the guide</source>
        <translation>In der Anleitung suchen</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
</context>
<context>
    <name>HeatMap</name>
    <message>
        <source>given class</source>
        <translation>gegebene Klasse</translation>
    </message>
    <message>
        <source>suggested class</source>
        <translation>vorgeschlagene Klasse</translation>
    </message>
    <message>
        <source>Heat map of given and suggested classes</source>
        <translation>Wärmekarte der gegebenen und vorgeschlagenen Klassen</translation>
    </message>
</context>
<context>
    <name>HeatPanel</name>
    <message>
        <source>label and suggestion agree</source>
        <translation>Label und Vorschlag stimmen überein</translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation>Verwechslungen</translation>
    </message>
    <message>
        <source>Arrow keys move, Enter opens the review</source>
        <translation>Pfeiltasten wandern, Enter öffnet die Durchsicht</translation>
    </message>
    <message>
        <source>Diagonal</source>
        <translation>Diagonale</translation>
    </message>
    <message>
        <source>Images whose label and suggestion agree  (D)</source>
        <translation>Bilder, deren Label und Vorschlag übereinstimmen  (D)</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>All classes</source>
        <translation>Alle Klassen</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Pos1</translation>
    </message>
    <message>
        <source>Expected errors</source>
        <translation>Erwartete Fehler</translation>
    </message>
    <message>
        <source>The sum of the error probabilities of the undecided images</source>
        <translation>Die Summe der Fehlerwahrscheinlichkeiten der offenen Bilder</translation>
    </message>
    <message>
        <source>Beyond chance</source>
        <translation>Über Zufall</translation>
    </message>
    <message>
        <source>The expected errors minus those that random mistakes would cause. What remains shows which classes are really confused with each other</source>
        <translation>Die erwarteten Fehler ohne die, die zufällige Fehler ergäben. Was bleibt, zeigt, welche Klassen wirklich miteinander verwechselt werden</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Wrong labels found: images that were given the other class</source>
        <translation>Gefundene falsche Labels: Bilder, die die andere Klasse bekommen haben</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>The number of images</source>
        <translation>Die Zahl der Bilder</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>The share of the images of the given class that have this suggestion</source>
        <translation>Wie viele der Bilder mit der gegebenen Klasse diesen Vorschlag haben</translation>
    </message>
    <message>
        <source>Save the matrix</source>
        <translation>Matrix speichern</translation>
    </message>
    <message>
        <source>Table as CSV…</source>
        <translation>Tabelle als CSV …</translation>
    </message>
    <message>
        <source>Picture as PNG…</source>
        <translation>Bild als PNG …</translation>
    </message>
    <message>
        <source>Picture as SVG…</source>
        <translation>Bild als SVG …</translation>
    </message>
</context>
<context>
    <name>HelpController</name>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open another folder here.</source>
        <translation>Hier öffnen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Look at the evidence</source>
        <translation>Die Belege ansehen</translation>
    </message>
    <message>
        <source>Select an image to see the evidence for and against its label. Compare it with the trusted images of both classes. After the training, the most suspect images come first.</source>
        <translation>Wählen Sie ein Bild: Hier steht, was für und gegen sein Label spricht. Vergleichen Sie es mit den verlässlichen Bildern beider Klassen. Nach dem Training kommen die verdächtigsten zuerst.</translation>
    </message>
    <message>
        <source>Decide, and undo</source>
        <translation>Entscheiden und zurücknehmen</translation>
    </message>
    <message>
        <source>{0} keeps the label, {1} takes the suggestion, {2} drops the image, {3} marks it as unsure. Each decision is saved at once, and {4} undoes as many as you like.</source>
        <translation>{0} behält das Label, {1} übernimmt den Vorschlag, {2} sortiert das Bild aus, {3} heißt unsicher. Jede Entscheidung ist sofort gespeichert, und {4} nimmt sie zurück, ohne Ende.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Write the clean labels, class folders, scores or a report. Your images and labels are never changed. F1 opens the guide at any time.</source>
        <translation>Schreiben Sie die bereinigten Labels, Klassenordner, Werte oder einen Bericht. Ihre Bilder und Labels werden nie geändert. F1 öffnet jederzeit die Anleitung.</translation>
    </message>
    <message>
        <source>A project is a folder of images with their labels. The demo has pieces of photographs; one label in ten is wrong.</source>
        <translation>Ein Projekt ist ein Ordner mit Bildern und ihren Labels. Die Demo hat Ausschnitte von Fotos; jedes zehnte Label ist falsch.</translation>
    </message>
    <message>
        <source>A project is a folder of images with their labels. “{0}” has {1} in {2}.</source>
        <translation>Ein Projekt ist ein Ordner mit Bildern und ihren Labels. „{0}“ hat {1} in {2}.</translation>
    </message>
    <message>
        <source>Press Start. The program learns what each class looks like despite the wrong labels; you can keep working.</source>
        <translation>Drücken Sie Start. Das Programm lernt, wie jede Klasse aussieht, trotz der falschen Labels; Sie können so lange weitermachen.</translation>
    </message>
    <message>
        <source>The demo takes about a minute.</source>
        <translation>Die Demo braucht etwa eine Minute.</translation>
    </message>
    <message>
        <source>This project is trained already; another one learns from your decisions.</source>
        <translation>Dieses Projekt ist schon trainiert; ein weiteres Training lernt aus Ihren Entscheidungen.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>Wie das System</translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>Probability that the label is wrong: lower and upper end</source>
        <translation>Wahrscheinlichkeit, dass das Label falsch ist: unteres und oberes Ende</translation>
    </message>
    <message>
        <source>Drag the ends, or use the arrow keys (with Shift for the upper end)</source>
        <translation>Die Enden ziehen oder die Pfeiltasten benutzen (mit Umschalt für das obere Ende)</translation>
    </message>
    <message>
        <source>from {0} to {1}</source>
        <translation>von {0} bis {1}</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Click a step to return to the state after it.</source>
        <translation>Ein Klick auf einen Schritt führt zum Augenblick danach.</translation>
    </message>
    <message>
        <source>No decisions yet</source>
        <translation>Noch keine Entscheidungen</translation>
    </message>
    <message>
        <source>Every step appears here and can be undone at any time.</source>
        <translation>Jeder Schritt wird hier stehen und lässt sich jederzeit zurücknehmen.</translation>
    </message>
</context>
<context>
    <name>ImageMenu</name>
    <message>
        <source>Relabel to</source>
        <translation>Ändern in</translation>
    </message>
    <message>
        <source>Show more like these</source>
        <translation>Mehr von dieser Art zeigen</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
</context>
<context>
    <name>ImagePanel</name>
    <message>
        <source>Zoom; at 100%, one image pixel fills one screen pixel</source>
        <translation>Vergrößerung; bei 100 % füllt ein Bildpixel einen Bildschirmpixel</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Starred</source>
        <translation>Mit Stern</translation>
    </message>
</context>
<context>
    <name>ImageView</name>
    <message>
        <source>Image</source>
        <translation>Bild</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Open images</source>
        <translation>Bilder öffnen</translation>
    </message>
    <message>
        <source>Looking for images</source>
        <translation>Suche Bilder</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Unpacking</source>
        <translation>Wird entpackt</translation>
    </message>
    <message>
        <source>Reading file names</source>
        <translation>Dateinamen werden gelesen</translation>
    </message>
    <message>
        <source>Reading the archive</source>
        <translation>Das Archiv wird gelesen</translation>
    </message>
    <message>
        <source>The folder appears when it is whole, and nothing is left of it if you cancel.</source>
        <translation>Der Ordner erscheint, wenn er ganz ist; wenn Sie abbrechen, bleibt nichts davon zurück.</translation>
    </message>
    <message>
        <source>You see the result before anything is opened, written or trained.</source>
        <translation>Sie sehen, was da ist, bevor etwas geöffnet, geschrieben oder trainiert wird.</translation>
    </message>
    <message>
        <source>{0} a second</source>
        <translation>{0} in der Sekunde</translation>
    </message>
    <message>
        <source>Classes ({0})</source>
        <translation>Klassen ({0})</translation>
    </message>
    <message>
        <source>Files set aside ({0})</source>
        <translation>Beiseitegelegte Dateien ({0})</translation>
    </message>
    <message>
        <source>Notes ({0})</source>
        <translation>Hinweise ({0})</translation>
    </message>
    <message>
        <source>These images cannot be opened this way</source>
        <translation>So lassen sich diese Bilder nicht öffnen</translation>
    </message>
    <message>
        <source>Choose another folder, set above how the path gives the class, or open a table of images and labels.</source>
        <translation>Wählen Sie einen anderen Ordner, stellen Sie oben ein, wie der Pfad die Klasse angibt, oder öffnen Sie eine Tabelle von Bildern und Labels.</translation>
    </message>
    <message>
        <source>Choose the columns of images and labels above, or correct the file.</source>
        <translation>Wählen Sie oben die Spalten der Bilder und der Labels, oder berichtigen Sie die Datei.</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Nichts wurde geändert</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>Find a class</source>
        <translation>Klasse suchen</translation>
    </message>
    <message>
        <source>Name of the project</source>
        <translation>Name des Projekts</translation>
    </message>
    <message>
        <source>Project name</source>
        <translation>Projektname</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Will be saved in {0}</source>
        <translation>Liegt dann in {0}</translation>
    </message>
</context>
<context>
    <name>JobStatus</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Beginne</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Halte an</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Pausing after this step</source>
        <translation>Pause nach diesem Schritt</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop; finished work is kept</source>
        <translation>Anhalten; fertige Arbeit bleibt</translation>
    </message>
</context>
<context>
    <name>LastDecision</name>
    <message>
        <source>Last decision</source>
        <translation>Letzte Entscheidung</translation>
    </message>
    <message>
        <source>★  starred</source>
        <translation>★  mit Stern</translation>
    </message>
    <message>
        <source>Without star and note</source>
        <translation>Ohne Stern und Notiz</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>✓  “{0}” kept</source>
        <translation>✓  „{0}“ behalten</translation>
    </message>
    <message>
        <source>→  “{0}” is now “{1}”</source>
        <translation>→  „{0}“ ist jetzt „{1}“</translation>
    </message>
    <message>
        <source>×  “{0}” dropped</source>
        <translation>×  „{0}“ aussortiert</translation>
    </message>
    <message>
        <source>~  “{0}” marked as unsure</source>
        <translation>~  „{0}“ als unsicher vermerkt</translation>
    </message>
    <message>
        <source>“{0}” is undecided again</source>
        <translation>„{0}“ ist wieder offen</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Colour scale: {0}</source>
        <translation>Farbskala: {0}</translation>
    </message>
</context>
<context>
    <name>LicencesDialog</name>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>Libraries</source>
        <translation>Bibliotheken</translation>
    </message>
    <message>
        <source>Licence texts</source>
        <translation>Lizenztexte</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Apache License 2.0</source>
        <translation>Apache-Lizenz 2.0</translation>
    </message>
    <message>
        <source>It brings no licence text.</source>
        <translation>Sie bringt keinen Lizenztext mit.</translation>
    </message>
</context>
<context>
    <name>LiveView</name>
    <message>
        <source>The training is starting</source>
        <translation>Das Training beginnt</translation>
    </message>
    <message>
        <source>Files are checked and features extracted first. Then the first suspects appear, and the curves with the first epoch.</source>
        <translation>Zuerst werden die Dateien geprüft und Merkmale berechnet. Dann erscheinen die ersten Verdachtsfälle, und die Kurven mit der ersten Epoche.</translation>
    </message>
    <message>
        <source>Watch the training here</source>
        <translation>Hier dem Training zusehen</translation>
    </message>
    <message>
        <source>While it runs, trusted labels separate from doubtful ones, and the first suspects can be opened at once.</source>
        <translation>Während es läuft, trennen sich verlässliche Labels von zweifelhaften, und die ersten Verdachtsfälle lassen sich gleich öffnen.</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>Adaptive weight: how far the label of an image is trusted</source>
        <translation>Adaptives Gewicht: wie weit dem Label eines Bildes vertraut wird</translation>
    </message>
    <message>
        <source>suspects</source>
        <translation>Verdachtsfälle</translation>
    </message>
    <message>
        <source>trusted</source>
        <translation>verlässlich</translation>
    </message>
    <message>
        <source>Current top suspects</source>
        <translation>Derzeit verdächtigste Bilder</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Estimated share of wrong labels, %</source>
        <translation>Geschätzter Anteil falscher Labels, %</translation>
    </message>
    <message>
        <source>Images by adaptive weight</source>
        <translation>Bilder nach adaptivem Gewicht</translation>
    </message>
    <message>
        <source>The most suspect images with their given labels; click one to open it</source>
        <translation>Die verdächtigsten, mit ihren gegebenen Labels; ein Klick zeigt das Bild</translation>
    </message>
    <message>
        <source>dashed: first pass; bold: the current fold</source>
        <translation>gestrichelt: erster Durchgang; fett: der Teil, der läuft</translation>
    </message>
    <message>
        <source>{0} so far</source>
        <translation>bisher {0}</translation>
    </message>
    <message>
        <source>about {0} of the labels wrong</source>
        <translation>etwa {0} der Labels falsch</translation>
    </message>
    <message>
        <source>Pass {0}, fold {1}, epoch {2} of {3}</source>
        <translation>Durchgang {0}, Teil {1}, Epoche {2} von {3}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>The language changes when you restart the program.</source>
        <translation>Die Sprache wechselt beim nächsten Start des Programms.</translation>
    </message>
    <message>
        <source>The layout follows when you restart the program.</source>
        <translation>Die Anordnung folgt, wenn Sie das Programm neu starten.</translation>
    </message>
</context>
<context>
    <name>MapController</name>
    <message>
        <source>The drawing was stopped.</source>
        <translation>Das Zeichnen wurde angehalten.</translation>
    </message>
</context>
<context>
    <name>MapLegend</name>
    <message>
        <source>image</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>probably wrong</source>
        <translation>wohl falsch</translation>
    </message>
    <message>
        <source>selected</source>
        <translation>ausgewählt</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>Legende</translation>
    </message>
</context>
<context>
    <name>MapPanel</name>
    <message>
        <source>Selected images</source>
        <translation>Ausgewählte Bilder</translation>
    </message>
    <message>
        <source>Review only these</source>
        <translation>Nur diese durchsehen</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Aufheben</translation>
    </message>
    <message>
        <source>Clear the selection</source>
        <translation>Auswahl aufheben</translation>
    </message>
    <message>
        <source>Farther from the centre, an image belongs more clearly to one class; near the centre, it lies between classes. Neighbours look alike to the model.</source>
        <translation>Je weiter von der Mitte, desto klarer gehört ein Bild zu einer Klasse; nahe der Mitte liegt es zwischen Klassen. Nachbarn gleichen sich für das Modell.</translation>
    </message>
    <message>
        <source>Drawing the map</source>
        <translation>Die Karte wird gezeichnet</translation>
    </message>
    <message>
        <source>No map yet</source>
        <translation>Noch keine Karte</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>After the first training, every image has a place here: classes as islands, doubtful labels between them.</source>
        <translation>Nach dem ersten Training hat jedes Bild hier seinen Platz: Klassen als Inseln, zweifelhafte Labels dazwischen.</translation>
    </message>
    <message>
        <source>The map could not be drawn</source>
        <translation>Die Karte ließ sich nicht zeichnen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>It starts when the current job has finished.</source>
        <translation>Es beginnt, wenn die laufende Arbeit fertig ist.</translation>
    </message>
    <message>
        <source>{0} done. You can keep working in the meantime.</source>
        <translation>{0} fertig. Sie können so lange weiterarbeiten.</translation>
    </message>
    <message>
        <source>{0} selected</source>
        <translation>{0} ausgewählt</translation>
    </message>
    <message>
        <source>Save the map</source>
        <translation>Karte speichern</translation>
    </message>
    <message>
        <source>Pictures (*.png *.svg)</source>
        <translation>Bilder (*.png *.svg)</translation>
    </message>
    <message>
        <source>The picture {0} cannot be written.</source>
        <translation>Das Bild {0} lässt sich nicht schreiben.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Map of all images</source>
        <translation>Karte aller Bilder</translation>
    </message>
</context>
<context>
    <name>MapToolbar</name>
    <message>
        <source>Colour by</source>
        <translation>Farbe nach</translation>
    </message>
    <message>
        <source>Show suspects as arcs from given to suggested class</source>
        <translation>Verdächtige als Bögen von der gegebenen zur vorgeschlagenen Klasse zeigen</translation>
    </message>
    <message>
        <source>Select with a lasso (or hold Shift and drag)</source>
        <translation>Mit einem Lasso auswählen (oder mit Umschalt ziehen)</translation>
    </message>
    <message>
        <source>Zoom out (-)</source>
        <translation>Verkleinern (-)</translation>
    </message>
    <message>
        <source>Zoom in (+)</source>
        <translation>Vergrößern (+)</translation>
    </message>
    <message>
        <source>Back to the centre (Home, or double-click)</source>
        <translation>Zurück zur Mitte (Pos1 oder Doppelklick)</translation>
    </message>
    <message>
        <source>Show the map in a separate window</source>
        <translation>Die Karte in einem eigenen Fenster zeigen</translation>
    </message>
    <message>
        <source>Save the map as a picture</source>
        <translation>Die Karte als Bild speichern</translation>
    </message>
    <message>
        <source>Class after decisions</source>
        <translation>Klasse nach Entscheidungen</translation>
    </message>
    <message>
        <source>Given class</source>
        <translation>Gegebene Klasse</translation>
    </message>
    <message>
        <source>Suggested class</source>
        <translation>Vorgeschlagene Klasse</translation>
    </message>
    <message>
        <source>Probably wrong</source>
        <translation>Wohl falsch</translation>
    </message>
    <message>
        <source>Adaptive weight</source>
        <translation>Adaptives Gewicht</translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation>Konsistenz</translation>
    </message>
    <message>
        <source>Does not belong</source>
        <translation>Gehört nicht dazu</translation>
    </message>
</context>
<context>
    <name>MapView</name>
    <message>
        <source>Map of all images</source>
        <translation>Karte aller Bilder</translation>
    </message>
</context>
<context>
    <name>MarkController</name>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Note on {0}</source>
        <translation>Notiz zu {0}</translation>
    </message>
    <message>
        <source>Different notes; what you type replaces them</source>
        <translation>Verschiedene Notizen; was Sie tippen, ersetzt sie</translation>
    </message>
</context>
<context>
    <name>MergeCard</name>
    <message>
        <source>This is one step in the history, and you can undo it.</source>
        <translation>Das ist ein Schritt im Verlauf, den Sie zurücknehmen können.</translation>
    </message>
    <message>
        <source>Are {0} and {1} one class?</source>
        <translation>Sind {0} und {1} eine Klasse?</translation>
    </message>
    <message>
        <source>Keep them separate</source>
        <translation>Getrennt lassen</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>A class name cannot hold a slash or a control character.</source>
        <translation>Ein Klassenname kann keinen Schrägstrich und kein Steuerzeichen enthalten.</translation>
    </message>
    <message>
        <source>A class needs a name.</source>
        <translation>Eine Klasse braucht einen Namen.</translation>
    </message>
    <message>
        <source>A project folder holds a file project.sqlite.</source>
        <translation>Ein Projektordner enthält eine Datei project.sqlite.</translation>
    </message>
    <message>
        <source>A replay needs an image folder and a folder for the results.</source>
        <translation>Eine Wiederholung braucht einen Bildordner und einen Ordner für die Ergebnisse.</translation>
    </message>
    <message>
        <source>A replay takes decisions, and trains nothing.</source>
        <translation>Eine Wiederholung übernimmt Entscheidungen und trainiert nichts.</translation>
    </message>
    <message>
        <source>A run needs an image folder and a folder for the results.</source>
        <translation>Ein Lauf braucht einen Bildordner und einen Ordner für die Ergebnisse.</translation>
    </message>
    <message numerus="yes">
        <source>About {count:,} wrong labels among them</source>
        <translation>
            <numerusform>Etwa {count:,} falsches Label darunter</numerusform>
            <numerusform>Etwa {count:,} falsche Labels darunter</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About {count:,} wrong labels are expected among all undecided images ({interval}).</source>
        <translation>
            <numerusform>Unter allen offenen Bildern ist etwa {count:,} falsches Label zu erwarten ({interval}).</numerusform>
            <numerusform>Unter allen offenen Bildern sind etwa {count:,} falsche Labels zu erwarten ({interval}).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About {expected} wrong labels ({interval}) are expected in the next {count:,} images{time}.</source>
        <translation>
            <numerusform>Im nächsten Bild{time} sind etwa {expected} falsche Labels ({interval}) zu erwarten.</numerusform>
            <numerusform>In den nächsten {count:,} Bildern{time} sind etwa {expected} falsche Labels ({interval}) zu erwarten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Add --labels FILE.</source>
        <translation>Geben Sie --labels DATEI dazu.</translation>
    </message>
    <message numerus="yes">
        <source>After about {count:,} more images{time}, fewer than 1 in 20 are wrong; by then you will have found about {share} of the wrong labels that are left.</source>
        <translation>
            <numerusform>Nach etwa {count:,} weiteren Bild{time} ist weniger als 1 von 20 falsch; bis dahin haben Sie etwa {share} der übrigen falschen Labels gefunden.</numerusform>
            <numerusform>Nach etwa {count:,} weiteren Bildern{time} ist weniger als 1 von 20 falsch; bis dahin haben Sie etwa {share} der übrigen falschen Labels gefunden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All {count:,} images shown are decided</source>
        <translation>
            <numerusform>Das gezeigte Bild ist entschieden</numerusform>
            <numerusform>Alle {count:,} gezeigten Bilder sind entschieden</numerusform>
        </translation>
    </message>
    <message>
        <source>An interrupted run into {target} is waiting in {partial}.</source>
        <translation>Ein unterbrochener Lauf nach {target} wartet in {partial}.</translation>
    </message>
    <message>
        <source>Another process has not answered for {minutes} minutes.</source>
        <translation>Ein anderer Prozess hat seit {minutes} Minuten nicht geantwortet.</translation>
    </message>
    <message>
        <source>Another program uses the project file {path}.</source>
        <translation>Ein anderes Programm benutzt die Projektdatei {path}.</translation>
    </message>
    <message>
        <source>Another run is writing to {folder}{owner}.</source>
        <translation>Ein anderer Lauf schreibt gerade nach {folder}{owner}.</translation>
    </message>
    <message>
        <source>Ask for the file as it was exported.</source>
        <translation>Lassen Sie sich die Datei geben, wie sie exportiert wurde.</translation>
    </message>
    <message>
        <source>Ask for the file as it was exported; --verify lists what was changed.</source>
        <translation>Lassen Sie sich die Datei geben, wie sie exportiert wurde; --verify zeigt, was geändert wurde.</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Urheber</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Change or remove the line.</source>
        <translation>Ändern oder entfernen Sie die Zeile.</translation>
    </message>
    <message>
        <source>Check that disk, or export to another one.</source>
        <translation>Prüfen Sie diesen Datenträger, oder exportieren Sie auf einen anderen.</translation>
    </message>
    <message>
        <source>Check that you have permission to read the images and to write to the project folder.</source>
        <translation>Prüfen Sie, ob Sie die Bilder lesen und in den Projektordner schreiben dürfen.</translation>
    </message>
    <message>
        <source>Check the folder&apos;s permissions.</source>
        <translation>Prüfen Sie die Rechte des Ordners.</translation>
    </message>
    <message>
        <source>Check the path after --backbone.</source>
        <translation>Prüfen Sie den Pfad nach --backbone.</translation>
    </message>
    <message>
        <source>Check the path after --labels.</source>
        <translation>Prüfen Sie den Pfad nach --labels.</translation>
    </message>
    <message>
        <source>Check the path for typing errors.</source>
        <translation>Prüfen Sie den Pfad auf Tippfehler.</translation>
    </message>
    <message>
        <source>Choose CPU as the device, or close other programs that use the GPU.</source>
        <translation>Wählen Sie CPU als Gerät, oder schließen Sie, was die GPU sonst noch benutzt.</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Choose a network for image classification.</source>
        <translation>Wählen Sie ein Netz zum Klassifizieren von Bildern.</translation>
    </message>
    <message>
        <source>Choose a new name for the project.</source>
        <translation>Wählen Sie einen neuen Namen für das Projekt.</translation>
    </message>
    <message>
        <source>Choose another folder, or free up disk space.</source>
        <translation>Wählen Sie einen anderen Ordner, oder schaffen Sie Platz auf dem Datenträger.</translation>
    </message>
    <message>
        <source>Choose another folder; nothing in this one was changed.</source>
        <translation>Wählen Sie einen anderen Ordner; in diesem wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Choose another name, or add --force.</source>
        <translation>Wählen Sie einen anderen Namen, oder fügen Sie --force hinzu.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>Choose one of: {names}.</source>
        <translation>Wählen Sie eines von: {names}.</translation>
    </message>
    <message>
        <source>Choose the folder that contains the class folders.</source>
        <translation>Wählen Sie den Ordner, in dem die Klassenordner liegen.</translation>
    </message>
    <message>
        <source>Classes that differ in upper and lower case only: {names}.</source>
        <translation>Klassen, die sich nur in Groß- und Kleinschreibung unterscheiden: {names}.</translation>
    </message>
    <message>
        <source>Classes with test images only are never learned: {names}.</source>
        <translation>Klassen mit nur Testbildern werden nie gelernt: {names}.</translation>
    </message>
    <message>
        <source>Close other programs, or choose Quick, and start again.</source>
        <translation>Schließen Sie andere Programme, oder wählen Sie Schnell, und starten Sie neu.</translation>
    </message>
    <message>
        <source>Close programs that use these files, then run again with --resume --force.</source>
        <translation>Schließen Sie Programme, die diese Dateien benutzen, dann noch einmal mit --resume --force.</translation>
    </message>
    <message>
        <source>Close that program, then open the project again.</source>
        <translation>Schließen Sie jenes Programm, dann öffnen Sie das Projekt neu.</translation>
    </message>
    <message>
        <source>Close the other window, then open it again.</source>
        <translation>Schließen Sie das andere Fenster, und öffnen Sie es neu.</translation>
    </message>
    <message>
        <source>Close the other window, then open the project again.</source>
        <translation>Schließen Sie das andere Fenster, und öffnen Sie das Projekt neu.</translation>
    </message>
    <message>
        <source>Connect to the network, or fetch the file elsewhere and pass --backbone {name}=FILE.</source>
        <translation>Verbinden Sie sich mit dem Netz, oder holen Sie die Datei anderswo, und geben Sie --backbone {name}=DATEI an.</translation>
    </message>
    <message numerus="yes">
        <source>Continue: about {expected} wrong labels are expected in the next {count:,} images.</source>
        <translation>
            <numerusform>Weitermachen: Im nächsten Bild sind etwa {expected} falsche Labels zu erwarten.</numerusform>
            <numerusform>Weitermachen: In den nächsten {count:,} Bildern sind etwa {expected} falsche Labels zu erwarten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy the images anew: all machines need the same ones under the same path.</source>
        <translation>Kopieren Sie die Bilder neu: Alle Rechner brauchen die gleichen unter dem gleichen Pfad.</translation>
    </message>
    <message numerus="yes">
        <source>Decide {count:,} images</source>
        <translation>
            <numerusform>{count:,} Bild entscheiden</numerusform>
            <numerusform>{count:,} Bilder entscheiden</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete that file to have it downloaded anew, or pass your own: --backbone {name}=FILE.</source>
        <translation>Löschen Sie diese Datei, damit sie neu geladen wird, oder geben Sie eine eigene an: --backbone {name}=DATEI.</translation>
    </message>
    <message>
        <source>Delete the link, or name another folder with --out.</source>
        <translation>Löschen Sie die Verknüpfung, oder nennen Sie mit --out einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Did you mean {key!r}?</source>
        <translation>Meinten Sie {key!r}?</translation>
    </message>
    <message>
        <source>Did you mean {names}?</source>
        <translation>Meinten Sie {names}?</translation>
    </message>
    <message>
        <source>Do not use this project: another program has changed it.</source>
        <translation>Verwenden Sie dieses Projekt nicht: Ein anderes Programm hat es verändert.</translation>
    </message>
    <message>
        <source>Downloading the weights of {name} ...</source>
        <translation>Lade die Gewichte von {name} ...</translation>
    </message>
    <message>
        <source>Drop {what}</source>
        <translation>{what} aussortieren</translation>
    </message>
    <message>
        <source>Exposure</source>
        <translation>Belichtung</translation>
    </message>
    <message>
        <source>File changed</source>
        <translation>Datei geändert</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>Dateigröße</translation>
    </message>
    <message>
        <source>Files that are not images were left out: {kinds}.</source>
        <translation>Dateien, die keine Bilder sind, blieben weg: {kinds}.</translation>
    </message>
    <message>
        <source>Fine-tuning explains the given labels no better than the training before it, whose result stands.</source>
        <translation>Das Nachtrainieren erklärt die gegebenen Labels nicht besser als das Training davor, dessen Ergebnis bleibt.</translation>
    </message>
    <message>
        <source>For example --class-from &apos;*/{class}/*.jpg&apos; or --class-from &apos;{class}_*.png&apos;.</source>
        <translation>Zum Beispiel --class-from &apos;*/{class}/*.jpg&apos; oder --class-from &apos;{class}_*.png&apos;.</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message numerus="yes">
        <source>Found on {count} pages</source>
        <translation>
            <numerusform>Auf {count} Seite gefunden</numerusform>
            <numerusform>Auf {count} Seiten gefunden</numerusform>
        </translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Einzelbilder</translation>
    </message>
    <message>
        <source>Give every column a name of its own.</source>
        <translation>Geben Sie jeder Spalte einen eigenen Namen.</translation>
    </message>
    <message>
        <source>Give the folder that holds the images; a manifest goes after --labels.</source>
        <translation>Geben Sie den Ordner der Bilder an; ein Manifest steht nach --labels.</translation>
    </message>
    <message>
        <source>If the classes lie one folder level deeper, give that folder or --class-from &apos;*/{class}/**&apos;; or give --labels FILE.</source>
        <translation>Wenn die Klassen eine Ordnerebene tiefer liegen, geben Sie jenen Ordner an oder --class-from &apos;*/{class}/**&apos;; oder --labels DATEI.</translation>
    </message>
    <message>
        <source>Install the newer version to open it; nothing was changed.</source>
        <translation>Installieren Sie die neuere Version, um es zu öffnen; nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Install the same versions of this program, torch, torchvision and timm on all machines.</source>
        <translation>Installieren Sie auf allen Rechnern die gleichen Versionen dieses Programms und von torch, torchvision und timm.</translation>
    </message>
    <message>
        <source>It may hold {keys}.</source>
        <translation>Sie darf {keys} enthalten.</translation>
    </message>
    <message>
        <source>It needs a line with path,label first.</source>
        <translation>Sie braucht zuerst eine Zeile mit path,label.</translation>
    </message>
    <message>
        <source>It needs {fixed_size} pixels.</source>
        <translation>Es braucht {fixed_size} Pixel.</translation>
    </message>
    <message>
        <source>Its paths are relative to the image folder.</source>
        <translation>Seine Pfade gelten vom Bildordner aus.</translation>
    </message>
    <message numerus="yes">
        <source>Keep {name}: changes {count:,} labels</source>
        <translation>
            <numerusform>{name} behalten: ändert {count:,} Label</numerusform>
            <numerusform>{name} behalten: ändert {count:,} Labels</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep {what}</source>
        <translation>{what} behalten</translation>
    </message>
    <message>
        <source>Labels come either from a manifest or from the paths, not from both.</source>
        <translation>Labels kommen entweder aus einem Manifest oder aus den Pfaden, nicht aus beiden.</translation>
    </message>
    <message>
        <source>Leave --device away, or pass --device cpu.</source>
        <translation>Lassen Sie --device weg, oder geben Sie --device cpu an.</translation>
    </message>
    <message>
        <source>Leave out --labels or --class-from.</source>
        <translation>Lassen Sie --labels oder --class-from weg.</translation>
    </message>
    <message>
        <source>Leave the options of labels and training out, or give the image folder.</source>
        <translation>Lassen Sie die Optionen für Labels und Training weg, oder geben Sie den Bildordner an.</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>Objektiv</translation>
    </message>
    <message>
        <source>Look for a quotation mark that is not closed, at or before that line.</source>
        <translation>Suchen Sie ein nicht geschlossenes Anführungszeichen in oder vor dieser Zeile.</translation>
    </message>
    <message>
        <source>Look whether all machines can be reached. {resume}</source>
        <translation>Sehen Sie nach, ob alle Rechner erreichbar sind. {resume}</translation>
    </message>
    <message>
        <source>Make it with --demo.</source>
        <translation>Erstellen Sie sie mit --demo.</translation>
    </message>
    <message>
        <source>Make room, then run again with --resume to continue.</source>
        <translation>Schaffen Sie Platz, dann macht --resume weiter.</translation>
    </message>
    <message>
        <source>Mark {what} as ambiguous</source>
        <translation>{what} als unsicher markieren</translation>
    </message>
    <message numerus="yes">
        <source>Memory of {device} ran out; the batch is now {count} images.</source>
        <translation>
            <numerusform>Der Speicher von {device} reicht nicht; der Stapel umfasst jetzt {count} Bild.</numerusform>
            <numerusform>Der Speicher von {device} reicht nicht; der Stapel umfasst jetzt {count} Bilder.</numerusform>
        </translation>
    </message>
    <message>
        <source>Memory of {device} ran out; the batch is now {size}.</source>
        <translation>Der Speicher von {device} reichte nicht; der Stapel ist jetzt {size}.</translation>
    </message>
    <message numerus="yes">
        <source>Merge {what} into {into} ({count:,} images)</source>
        <translation>
            <numerusform>{what} mit {into} zusammenlegen ({count:,} Bild)</numerusform>
            <numerusform>{what} mit {into} zusammenlegen ({count:,} Bilder)</numerusform>
        </translation>
    </message>
    <message>
        <source>Move that folder to another place, or name another one with --out.</source>
        <translation>Verschieben Sie diesen Ordner an einen anderen Ort, oder nennen Sie mit --out einen anderen.</translation>
    </message>
    <message>
        <source>Move them to another place and run again, or name another folder with --out.</source>
        <translation>Verschieben Sie diese Dateien an einen anderen Ort und starten Sie erneut, oder nennen Sie mit --out einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Move them to another place, or name another folder with --out.</source>
        <translation>Verschieben Sie diese Dateien an einen anderen Ort, oder nennen Sie mit --out einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Name a folder that you may write to with --out.</source>
        <translation>Nennen Sie mit --out einen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Name a folder with --out.</source>
        <translation>Nennen Sie mit --out einen Ordner.</translation>
    </message>
    <message>
        <source>Name a new or an empty folder with --out.</source>
        <translation>Nennen Sie mit --out einen neuen oder leeren Ordner.</translation>
    </message>
    <message>
        <source>Name another folder with --out, for example one beside it.</source>
        <translation>Nennen Sie mit --out einen anderen Ordner, zum Beispiel einen daneben.</translation>
    </message>
    <message>
        <source>Name another folder with --out.</source>
        <translation>Nennen Sie mit --out einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Name another folder, or see that the disk has room, and cut the boxes again.</source>
        <translation>Nennen Sie einen anderen Ordner, oder schaffen Sie Platz auf dem Datenträger, und schneiden Sie die Rahmen noch einmal aus.</translation>
    </message>
    <message>
        <source>Name the architecture that the file was made with: --backbone NAME=FILE.</source>
        <translation>Nennen Sie die Architektur, zu der die Datei gehört: --backbone NAME=DATEI.</translation>
    </message>
    <message>
        <source>Not every process has a device to compute on. {fault}</source>
        <translation>Nicht jeder Prozess hat ein Gerät, auf dem er rechnen kann. {fault}</translation>
    </message>
    <message>
        <source>Not readable</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Nothing has changed. Make room on the disk, or free the project&apos;s folder, and decide again.</source>
        <translation>Nichts hat sich geändert. Schaffen Sie Platz auf dem Datenträger, oder geben Sie den Projektordner frei, und entscheiden Sie noch einmal.</translation>
    </message>
    <message>
        <source>Of TIFF files with several channels, the first three are read, and of two the first: {names}. --planes reads others.</source>
        <translation>Von TIFF-Dateien mit mehreren Kanälen werden die ersten drei gelesen, von zweien der erste: {names}. Andere liest --planes.</translation>
    </message>
    <message>
        <source>Of files with several pages or channels, the brightest sample of all is read (--planes max): {names}.</source>
        <translation>Von Dateien mit mehreren Seiten oder Kanälen wird der hellste Wert aus allen gelesen (--planes max): {names}.</translation>
    </message>
    <message>
        <source>Of files with several pages, page {number:,} is read, and of one page with several channels that channel (--planes {number}): {names}.</source>
        <translation>Von Dateien mit mehreren Seiten wird Seite {number:,} gelesen, von einer Seite mit mehreren Kanälen der Kanal mit dieser Nummer (--planes {number}): {names}.</translation>
    </message>
    <message>
        <source>Of files with several pages, the first is read: {names}. --planes reads others.</source>
        <translation>Von Dateien mit mehreren Seiten wird die erste gelesen: {names}. Andere liest --planes.</translation>
    </message>
    <message>
        <source>Of the images that were looked for in {folder}, {same} of {checked} are there with the same content.</source>
        <translation>Von den Bildern, die in {folder} gesucht wurden, sind {same} von {checked} mit demselben Inhalt dort.</translation>
    </message>
    <message>
        <source>OpenVINO cannot be used ({reason}); torch is taken, which is slower.</source>
        <translation>OpenVINO lässt sich nicht benutzen ({reason}); es rechnet torch, was langsamer ist.</translation>
    </message>
    <message numerus="yes">
        <source>None of the {count:,} files that {name} lists is in {root}; the first is &apos;{path}&apos;.</source>
        <translation>
            <numerusform>Die einzige Datei, die {name} aufführt, ist nicht in {root}: „{path}“.</numerusform>
            <numerusform>Keine der {count:,} Dateien, die {name} aufführt, ist in {root}; die erste ist „{path}“.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>None of the {count:,} images in {root} has a label.</source>
        <translation>
            <numerusform>Das einzige Bild in {root} hat kein Label.</numerusform>
            <numerusform>Keines der {count:,} Bilder in {root} hat ein Label.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Out of memory: the batch is halved to {count} images.</source>
        <translation>
            <numerusform>Der Speicher reicht nicht: Der Stapel wird auf {count} Bild halbiert.</numerusform>
            <numerusform>Der Speicher reicht nicht: Der Stapel wird auf {count} Bilder halbiert.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pass --device cpu, or leave out the machines without a CUDA card.</source>
        <translation>Geben Sie --device cpu an, oder lassen Sie die Rechner ohne CUDA-Karte weg.</translation>
    </message>
    <message>
        <source>Pass the same options with --resume, or start anew with --force.</source>
        <translation>Geben Sie mit --resume die gleichen Optionen an, oder beginnen Sie mit --force neu.</translation>
    </message>
    <message>
        <source>Pass your own: --backbone {name}=FILE.</source>
        <translation>Geben Sie eigene an: --backbone {name}=DATEI.</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Put a field that contains the separator into quotation marks: &quot;a,b&quot;.</source>
        <translation>Setzen Sie ein Feld mit dem Trennzeichen in Anführungszeichen: &quot;a,b&quot;.</translation>
    </message>
    <message>
        <source>Put each class into a folder of its own, or give --labels FILE or --class-from.</source>
        <translation>Legen Sie jede Klasse in einen eigenen Ordner, oder geben Sie --labels DATEI oder --class-from an.</translation>
    </message>
    <message numerus="yes">
        <source>Relabel the {count:,} images selected in the gallery to a new class</source>
        <translation>
            <numerusform>Dem in der Galerie ausgewählten Bild eine neue Klasse geben</numerusform>
            <numerusform>Den {count:,} in der Galerie ausgewählten Bildern eine neue Klasse geben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Relabel {count:,} images to “{name}”</source>
        <translation>
            <numerusform>{count:,} Bild in „{name}“ ändern</numerusform>
            <numerusform>{count:,} Bilder in „{name}“ ändern</numerusform>
        </translation>
    </message>
    <message>
        <source>Relabel {what} to {label}</source>
        <translation>{what} in {label} ändern</translation>
    </message>
    <message>
        <source>Rename the file or folder that the option names.</source>
        <translation>Benennen Sie die Datei oder den Ordner um, den die Option nennt.</translation>
    </message>
    <message numerus="yes">
        <source>Rename {old} to {new} ({count:,} images)</source>
        <translation>
            <numerusform>{old} in {new} umbenennen ({count:,} Bild)</numerusform>
            <numerusform>{old} in {new} umbenennen ({count:,} Bilder)</numerusform>
        </translation>
    </message>
    <message>
        <source>Reopen {what}</source>
        <translation>{what} wieder öffnen</translation>
    </message>
    <message>
        <source>Rights</source>
        <translation>Rechte</translation>
    </message>
    <message>
        <source>Save `module.state_dict()` instead.</source>
        <translation>Speichern Sie stattdessen `module.state_dict()`.</translation>
    </message>
    <message>
        <source>Save the file as &apos;CSV UTF-8&apos;, or as Parquet.</source>
        <translation>Speichern Sie die Datei als „CSV UTF-8“ oder als Parquet.</translation>
    </message>
    <message>
        <source>Save the state dict of the network with torch.save or as safetensors, and pass that file. TorchScript, ONNX and whole pickled modules are not taken.</source>
        <translation>Speichern Sie das state dict des Netzes mit torch.save oder als safetensors, und geben Sie diese Datei an. TorchScript, ONNX und ganze gepickelte Module werden nicht genommen.</translation>
    </message>
    <message>
        <source>See that the file is there and that the disk has room, then export again.</source>
        <translation>Sehen Sie nach, ob die Datei da ist und der Datenträger Platz hat, dann exportieren Sie neu.</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Software</source>
        <translation>Software</translation>
    </message>
    <message>
        <source>An unexpected error stopped the job: {reason}.</source>
        <translation>Ein unerwarteter Fehler hat die Arbeit angehalten: {reason}.</translation>
    </message>
    <message>
        <source>A part of the job failed on the Dask cluster.</source>
        <translation>Ein Teil der Arbeit ist auf dem Dask-Cluster fehlgeschlagen.</translation>
    </message>
    <message>
        <source>Add an array &apos;classes&apos; with the names of the columns.</source>
        <translation>Fügen Sie ein Array &apos;classes&apos; mit den Namen der Spalten hinzu.</translation>
    </message>
    <message>
        <source>Add images of another class and train again.</source>
        <translation>Fügen Sie Bilder einer weiteren Klasse hinzu und trainieren Sie erneut.</translation>
    </message>
    <message>
        <source>Add images, or review the most suspect ones and train again.</source>
        <translation>Fügen Sie Bilder hinzu, oder prüfen Sie die verdächtigsten und trainieren Sie erneut.</translation>
    </message>
    <message>
        <source>All workers of the Dask cluster are lost.</source>
        <translation>Alle Worker des Dask-Clusters sind verloren.</translation>
    </message>
    <message numerus="yes">
        <source>All {count} images look the same to the network, so no label can be judged.</source>
        <translation>
            <numerusform>Das {count} Bild sieht für das Netz gleich aus, daher lässt sich kein Label beurteilen.</numerusform>
            <numerusform>Alle {count} Bilder sehen für das Netz gleich aus, daher lässt sich kein Label beurteilen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Apply softmax to the output of your model.</source>
        <translation>Wenden Sie Softmax auf die Ausgabe Ihres Modells an.</translation>
    </message>
    <message>
        <source>Bring it back from its backup: ahsml-app --repair {folder}</source>
        <translation>Aus der Sicherung zurückholen: ahsml-app --repair {folder}</translation>
    </message>
    <message>
        <source>Bring the project back from a backup of your disk. If it was exported, its decisions.jsonl gives the same labels with --replay.</source>
        <translation>Holen Sie das Projekt aus einer Sicherung Ihrer Festplatte zurück. Wurde es exportiert, so liefert seine decisions.jsonl mit --replay dieselben Labels.</translation>
    </message>
    <message>
        <source>COCO without images</source>
        <translation>COCO ohne Bilder</translation>
    </message>
    <message>
        <source>Changed since they were judged, so without a decision: {changed:,}; missing or unreadable: {missing:,}. See {name}.</source>
        <translation>Seit der Beurteilung geändert, also ohne Entscheidung: {changed:,}; fehlend oder nicht lesbar: {missing:,}. Siehe {name}.</translation>
    </message>
    <message>
        <source>Check that these are the images that you mean. If they differ in details that you can see, choose another backbone.</source>
        <translation>Prüfen Sie, ob dies die gemeinten Bilder sind. Unterscheiden sie sich in sichtbaren Einzelheiten, wählen Sie ein anderes Grundnetz.</translation>
    </message>
    <message>
        <source>Check the path of the files of boxes.</source>
        <translation>Den Pfad der Dateien mit Rahmen prüfen.</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to, or unpack the archive with another program.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen, oder entpacken Sie das Archiv mit einem anderen Programm.</translation>
    </message>
    <message>
        <source>Choose among {names}.</source>
        <translation>Zur Wahl stehen {names}.</translation>
    </message>
    <message>
        <source>Choose another name, or delete the file if nobody needs it.</source>
        <translation>Wählen Sie einen anderen Namen, oder löschen Sie die Datei, falls niemand sie braucht.</translation>
    </message>
    <message>
        <source>Choose another name. --force replaces a table that --predict has written.</source>
        <translation>Wählen Sie einen anderen Namen. --force ersetzt eine Tabelle, die --predict geschrieben hat.</translation>
    </message>
    <message>
        <source>Choose one of its columns of paths.</source>
        <translation>Wählen Sie eine ihrer Spalten mit Pfaden.</translation>
    </message>
    <message>
        <source>Close other programs, then run again with --resume; the work so far is kept.</source>
        <translation>Schließen Sie andere Programme und starten Sie mit --resume neu; die bisherige Arbeit bleibt erhalten.</translation>
    </message>
    <message>
        <source>Compute the features of the new images as before, and let `ahsml_app.AHSML` label them, as the guide&apos;s page on your own model shows.</source>
        <translation>Berechnen Sie die Merkmale der neuen Bilder wie zuvor und lassen Sie sie von `ahsml_app.AHSML` labeln, wie es die Anleitung auf der Seite über eigene Modelle zeigt.</translation>
    </message>
    <message>
        <source>Copy or download it again.</source>
        <translation>Kopieren Sie es noch einmal, oder laden Sie es neu herunter.</translation>
    </message>
    <message>
        <source>Copy or download it again; or unpack it with another program, and give the folder.</source>
        <translation>Kopieren Sie es noch einmal, oder laden Sie es neu herunter; oder entpacken Sie es mit einem anderen Programm, und geben Sie den Ordner an.</translation>
    </message>
    <message>
        <source>Copy the project to a disk with room where you may write, and repair it there.</source>
        <translation>Kopieren Sie das Projekt auf einen Datenträger mit Platz, auf den Sie schreiben dürfen, und reparieren Sie es dort.</translation>
    </message>
    <message>
        <source>Cut boxes out with ahsml_app.crop_boxes, and take its crops.csv for the labels.</source>
        <translation>Rahmen mit ahsml_app.crop_boxes ausschneiden und deren crops.csv für die Labels nehmen.</translation>
    </message>
    <message>
        <source>Datumaro</source>
        <translation>Datumaro</translation>
    </message>
    <message>
        <source>Do not use this project: this program never makes such a list.</source>
        <translation>Benutzen Sie dieses Projekt nicht: Dieses Programm legt nie eine solche Liste an.</translation>
    </message>
    <message numerus="yes">
        <source>Do so in all {count:,} groups whose labels agree</source>
        <translation>
            <numerusform>So in der {count:,} Gruppe mit gleichen Labels</numerusform>
            <numerusform>So in allen {count:,} Gruppen mit gleichen Labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop {count:,} images as duplicates</source>
        <translation>
            <numerusform>{count:,} Bild als Duplikat aussortieren</numerusform>
            <numerusform>{count:,} Bilder als Duplikate aussortieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Export it again as &apos;CVAT for images 1.1&apos;.</source>
        <translation>Als „CVAT for images 1.1“ noch einmal exportieren.</translation>
    </message>
    <message>
        <source>For example --out labels.csv.</source>
        <translation>Zum Beispiel --out labels.csv.</translation>
    </message>
    <message>
        <source>For example: --cache-limit 20, or --cache-limit auto.</source>
        <translation>Zum Beispiel: --cache-limit 20 oder --cache-limit auto.</translation>
    </message>
    <message>
        <source>Free space, or choose a folder on another disk.</source>
        <translation>Schaffen Sie Platz, oder wählen Sie einen Ordner auf einem anderen Datenträger.</translation>
    </message>
    <message>
        <source>Free {size} GB there.</source>
        <translation>Machen Sie dort {size} GB frei.</translation>
    </message>
    <message numerus="yes">
        <source>From {first:.0%} to {last:.0%} over {count:,} epochs</source>
        <translation>
            <numerusform>Von {first:.0%} auf {last:.0%} über {count:,} Epoche</numerusform>
            <numerusform>Von {first:.0%} auf {last:.0%} über {count:,} Epochen</numerusform>
        </translation>
    </message>
    <message>
        <source>GeoJSON</source>
        <translation>GeoJSON</translation>
    </message>
    <message>
        <source>Give a CSV, JSON lines, COCO or Parquet file with a row for each image.</source>
        <translation>Geben Sie eine Datei in CSV, JSON-Zeilen, COCO oder Parquet mit einer Zeile je Bild an.</translation>
    </message>
    <message>
        <source>Give a column of probabilities for each class, named like the class.</source>
        <translation>Geben Sie je Klasse eine Spalte mit Wahrscheinlichkeiten an, die wie die Klasse heißt.</translation>
    </message>
    <message>
        <source>Give an NPZ or Parquet file with paths, or an NPY file with a row for each image.</source>
        <translation>Geben Sie eine NPZ- oder Parquet-Datei mit Pfaden an, oder eine NPY-Datei mit einer Zeile je Bild.</translation>
    </message>
    <message>
        <source>Give an NPZ, Parquet or CSV file with paths.</source>
        <translation>Geben Sie eine NPZ-, Parquet- oder CSV-Datei mit Pfaden an.</translation>
    </message>
    <message>
        <source>Give the folder `model` of a result, or its ONNX file.</source>
        <translation>Geben Sie den Ordner `model` eines Ergebnisses an, oder dessen ONNX-Datei.</translation>
    </message>
    <message>
        <source>Give the folder of the images and that of their files of boxes.</source>
        <translation>Den Ordner der Bilder und den der Dateien mit Rahmen angeben.</translation>
    </message>
    <message>
        <source>Give the image folder, or leave the list out.</source>
        <translation>Geben Sie den Bildordner an, oder lassen Sie die Liste weg.</translation>
    </message>
    <message>
        <source>Give the output of a later layer of your model.</source>
        <translation>Geben Sie die Ausgabe einer späteren Schicht Ihres Modells an.</translation>
    </message>
    <message numerus="yes">
        <source>Honest sample: {judged:,} of {count:,} images judged.</source>
        <translation>
            <numerusform>Ehrliche Stichprobe: {judged:,} von {count:,} Bild beurteilt.</numerusform>
            <numerusform>Ehrliche Stichprobe: {judged:,} von {count:,} Bildern beurteilt.</numerusform>
        </translation>
    </message>
    <message>
        <source>If these are the images that you mean, add --trust-images, or open the project once in the window.</source>
        <translation>Wenn es die Bilder sind, die Sie meinen, geben Sie --trust-images an, oder öffnen Sie das Projekt einmal im Fenster.</translation>
    </message>
    <message>
        <source>If you trust it, unpack it with another program, and give the folder.</source>
        <translation>Wenn Sie ihm vertrauen, entpacken Sie es mit einem anderen Programm, und geben Sie den Ordner an.</translation>
    </message>
    <message>
        <source>Images end in .jpg, .png, .webp, .bmp, .gif, .tif, .heic, .avif and the like.</source>
        <translation>Bilder enden auf .jpg, .png, .webp, .bmp, .gif, .tif, .heic, .avif und dergleichen.</translation>
    </message>
    <message>
        <source>Install it: pip install &quot;ahsml-app[dask]&quot;</source>
        <translation>Installieren Sie es: pip install &quot;ahsml-app[dask]&quot;</translation>
    </message>
    <message>
        <source>Install it: pip install &quot;ahsml-app[lmdb]&quot;</source>
        <translation>Installieren Sie es: pip install &quot;ahsml-app[lmdb]&quot;</translation>
    </message>
    <message>
        <source>Install the package that it came from.</source>
        <translation>Das Paket installieren, aus dem es stammt.</translation>
    </message>
    <message>
        <source>Install the same version of it on all machines of the cluster.</source>
        <translation>Installieren Sie auf allen Rechnern des Clusters dieselbe Version.</translation>
    </message>
    <message>
        <source>It is open for reading, and can be exported. To decide, copy its folder to a place where you may write, and open that.</source>
        <translation>Es ist zum Lesen geöffnet und lässt sich exportieren. Um zu entscheiden, kopieren Sie seinen Ordner dorthin, wo Sie schreiben dürfen, und öffnen Sie ihn dort.</translation>
    </message>
    <message>
        <source>It is open for reading, and can be exported. To decide, make room on that disk, and open the project again.</source>
        <translation>Es ist zum Lesen geöffnet und lässt sich exportieren. Um zu entscheiden, schaffen Sie Platz auf jenem Datenträger und öffnen Sie das Projekt neu.</translation>
    </message>
    <message>
        <source>It needs a column of paths and one of labels.</source>
        <translation>Sie braucht eine Spalte mit Pfaden und eine mit Labels.</translation>
    </message>
    <message>
        <source>It needs a name in each line, or a JSON list or map.</source>
        <translation>Sie braucht einen Namen je Zeile oder eine Liste oder Zuordnung in JSON.</translation>
    </message>
    <message>
        <source>JSON without a row for each image</source>
        <translation>JSON ohne eine Zeile je Bild</translation>
    </message>
    <message numerus="yes">
        <source>Last hash of the {count:,} lines of decisions.jsonl, to be noted: {last_hash}</source>
        <translation>
            <numerusform>Letzter Hash der {count:,} Zeile von decisions.jsonl, zum Notieren: {last_hash}</numerusform>
            <numerusform>Letzter Hash der {count:,} Zeilen von decisions.jsonl, zum Notieren: {last_hash}</numerusform>
        </translation>
    </message>
    <message>
        <source>Leave --undecided and --unsure out, or give the project.</source>
        <translation>Lassen Sie --undecided und --unsure weg, oder geben Sie das Projekt an.</translation>
    </message>
    <message>
        <source>Leave out --features, or what needs a network.</source>
        <translation>Lassen Sie --features weg, oder das, was ein Netz braucht.</translation>
    </message>
    <message>
        <source>Leave out the images that your model gives no numbers for.</source>
        <translation>Lassen Sie die Bilder weg, für die Ihr Modell keine Zahlen gibt.</translation>
    </message>
    <message>
        <source>Leave out {option} or --features.</source>
        <translation>Lassen Sie {option} oder --features weg.</translation>
    </message>
    <message>
        <source>Make room on that disk, or choose another place.</source>
        <translation>Schaffen Sie Platz auf jenem Datenträger, oder wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>Make room on that disk, or see whether the disk of the project is still there.</source>
        <translation>Schaffen Sie Platz auf jenem Datenträger, oder sehen Sie nach, ob der Datenträger des Projekts noch da ist.</translation>
    </message>
    <message>
        <source>Make room on that disk, then train again: it continues where it was.</source>
        <translation>Schaffen Sie Platz auf jenem Datenträger, dann trainieren Sie neu: Es macht weiter, wo es war.</translation>
    </message>
    <message>
        <source>Make the folder writable, or name another one in AHSML_APP_CACHE.</source>
        <translation>Machen Sie den Ordner beschreibbar, oder nennen Sie einen anderen in AHSML_APP_CACHE.</translation>
    </message>
    <message>
        <source>Name a file with the path of an image in each line.</source>
        <translation>Nennen Sie eine Datei mit dem Pfad eines Bildes in jeder Zeile.</translation>
    </message>
    <message>
        <source>Name a new or an empty folder for the crops.</source>
        <translation>Einen neuen oder leeren Ordner für die Ausschnitte angeben.</translation>
    </message>
    <message>
        <source>Name the column of the paths: --path-column NAME.</source>
        <translation>Nennen Sie die Spalte der Pfade: --path-column NAME.</translation>
    </message>
    <message>
        <source>Names of classes were given by {file}, but there is no manifest.</source>
        <translation>Namen von Klassen wurden mit {file} angegeben, aber es gibt kein Manifest.</translation>
    </message>
    <message numerus="yes">
        <source>No file of {count} classes could be used, so they are left out: {names}; see quarantine.csv.</source>
        <translation>
            <numerusform>Keine Datei der Klasse {names} war brauchbar, also fehlt sie; siehe quarantine.csv.</numerusform>
            <numerusform>Keine Datei von {count} Klassen war brauchbar, also fehlen sie: {names}; siehe quarantine.csv.</numerusform>
        </translation>
    </message>
    <message>
        <source>No installed package has a plug-in {name} of {group}.</source>
        <translation>Kein installiertes Paket hat ein Plug-in {name} von {group}.</translation>
    </message>
    <message>
        <source>No training has told yet which labels of the project are wrong.</source>
        <translation>Noch hat kein Training gesagt, welche Labels des Projekts falsch sind.</translation>
    </message>
    <message numerus="yes">
        <source>Note on {count:,} images</source>
        <translation>
            <numerusform>Notiz zu {count:,} Bild</numerusform>
            <numerusform>Notiz zu {count:,} Bildern</numerusform>
        </translation>
    </message>
    <message>
        <source>Note on {what}</source>
        <translation>Notiz zu {what}</translation>
    </message>
    <message>
        <source>No value in the database {path} is an image file.</source>
        <translation>Kein Wert in der Datenbank {path} ist eine Bilddatei.</translation>
    </message>
    <message numerus="yes">
        <source>Accept {count:,} images</source>
        <translation>
            <numerusform>{count:,} Bild annehmen</numerusform>
            <numerusform>{count:,} Bilder annehmen</numerusform>
        </translation>
    </message>
    <message>
        <source>An image is never “{name}”. Known are {known}.</source>
        <translation>Ein Bild ist nie „{name}“. Bekannt sind {known}.</translation>
    </message>
    <message numerus="yes">
        <source>Mark {count:,} images as checked by the model</source>
        <translation>
            <numerusform>{count:,} Bild als vom Modell geprüft markieren</numerusform>
            <numerusform>{count:,} Bilder als vom Modell geprüft markieren</numerusform>
        </translation>
    </message>
    <message>
        <source>A job is running.</source>
        <translation>Eine Arbeit läuft.</translation>
    </message>
    <message>
        <source>A part of the old folder is left: {folder}.</source>
        <translation>Ein Teil des alten Ordners ist noch da: {folder}.</translation>
    </message>
    <message>
        <source>Choose a folder outside of it.</source>
        <translation>Wählen Sie einen Ordner außerhalb.</translation>
    </message>
    <message>
        <source>Choose a folder.</source>
        <translation>Wählen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>Choose a network with the vocabulary of CLIP; SigLIP is not taken.</source>
        <translation>Wählen Sie ein Netz mit dem Wortschatz von CLIP; SigLIP wird nicht genommen.</translation>
    </message>
    <message>
        <source>Choose another file of weights.</source>
        <translation>Wählen Sie eine andere Datei mit Gewichten.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Close the project, move its whole folder yourself, and open it again.</source>
        <translation>Schließen Sie das Projekt, verschieben Sie seinen ganzen Ordner selbst, und öffnen Sie es wieder.</translation>
    </message>
    <message>
        <source>Connect to the network, or fetch the file elsewhere and choose it.</source>
        <translation>Stellen Sie eine Verbindung ins Internet her, oder holen Sie die Datei anderswo, und wählen Sie sie.</translation>
    </message>
    <message>
        <source>Each of the classes {names} holds the folders {inside}: if these are the classes, use --class-from &apos;*/{{class}}/**&apos;.</source>
        <translation>Jede der Klassen {names} enthält die Ordner {inside}: Wenn diese die Klassen sind, verwenden Sie --class-from &apos;*/{{class}}/**&apos;.</translation>
    </message>
    <message>
        <source>Finding images by a text needs a package.</source>
        <translation>Um Bilder nach einem Text zu finden, fehlt ein Paket.</translation>
    </message>
    <message>
        <source>Give a file of weights, or {name} to have its weights downloaded.</source>
        <translation>Geben Sie eine Datei mit Gewichten an, oder {name}, damit dessen Gewichte geladen werden.</translation>
    </message>
    <message>
        <source>Give another value, or leave it out.</source>
        <translation>Geben Sie einen anderen Wert an, oder lassen Sie sie weg.</translation>
    </message>
    <message>
        <source>Give the Parquet file, or the folder of the data set, in place of the image folder.</source>
        <translation>Geben Sie statt des Bildordners die Parquet-Datei oder den Ordner des Datensatzes an.</translation>
    </message>
    <message>
        <source>Give the folder of the images, and the table after --labels.</source>
        <translation>Geben Sie den Ordner der Bilder an, und die Tabelle nach --labels.</translation>
    </message>
    <message>
        <source>Install it: pip install &quot;ahsml-app[{extra}]&quot;</source>
        <translation>Installieren Sie es: pip install &quot;ahsml-app[{extra}]&quot;</translation>
    </message>
    <message>
        <source>It is where it was. Choose another folder.</source>
        <translation>Es ist, wo es war. Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>It needs XML of Pascal VOC, text of YOLO, or COCO with boxes.</source>
        <translation>Es braucht XML von Pascal VOC, Text von YOLO oder COCO mit Rahmen.</translation>
    </message>
    <message>
        <source>It needs a row with a path and a label for each image.</source>
        <translation>Sie braucht für jedes Bild eine Zeile mit einem Pfad und einem Label.</translation>
    </message>
    <message>
        <source>Move the project when the job has ended.</source>
        <translation>Verschieben Sie das Projekt, wenn die Arbeit beendet ist.</translation>
    </message>
    <message>
        <source>Name the network that the file was made with: in a script as ViT-B-16=FILE, or call the file ViT-B-16.safetensors.</source>
        <translation>Nennen Sie das Netz, zu dem die Datei gehört: in einem Skript als ViT-B-16=DATEI, oder nennen Sie die Datei ViT-B-16.safetensors.</translation>
    </message>
    <message>
        <source>No path of {name} fits one file only in {root}; &apos;{path}&apos; fits several: {names}.</source>
        <translation>Kein Pfad in {name} passt auf nur eine Datei in {root}; „{path}“ passt auf mehrere: {names}.</translation>
    </message>
    <message>
        <source>Nothing can be unpacked into {folder}: {reason}.</source>
        <translation>Nach {folder} lässt sich nichts entpacken: {reason}.</translation>
    </message>
    <message>
        <source>Nothing of the project file {path} can be read, and there is no backup of it.</source>
        <translation>Von der Projektdatei {path} lässt sich nichts lesen, und es gibt keine Sicherung von ihr.</translation>
    </message>
    <message numerus="yes">
        <source>Numbers are also written in {count} other ways, which count as the same classes: {names}.</source>
        <translation>
            <numerusform>Eine Zahl ist auch auf eine andere Art geschrieben, die als dieselbe Klasse zählt: {names}.</numerusform>
            <numerusform>Zahlen sind auch auf {count} andere Arten geschrieben, die als dieselben Klassen zählen: {names}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Open the project and train first, or give the image folder.</source>
        <translation>Öffnen Sie das Projekt und trainieren Sie zuerst, oder geben Sie den Bildordner an.</translation>
    </message>
    <message>
        <source>Open the project there to move it.</source>
        <translation>Öffnen Sie das Projekt dort, um es zu verschieben.</translation>
    </message>
    <message>
        <source>Options are those of the command, with underscores.</source>
        <translation>Optionen sind die des Befehls, mit Unterstrichen.</translation>
    </message>
    <message>
        <source>Paths count from the image folder. With git: git diff -z --relative --name-only --diff-filter=d, run in that folder.</source>
        <translation>Pfade zählen ab dem Bildordner. Mit git: git diff -z --relative --name-only --diff-filter=d, in diesem Ordner aufgerufen.</translation>
    </message>
    <message numerus="yes">
        <source>Reading the files of {count:,} groups…</source>
        <translation>
            <numerusform>Dateien von {count:,} Gruppe werden gelesen…</numerusform>
            <numerusform>Dateien von {count:,} Gruppen werden gelesen…</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the note on {what}</source>
        <translation>Notiz zu {what} entfernen</translation>
    </message>
    <message>
        <source>Remove the star of {what}</source>
        <translation>Stern von {what} entfernen</translation>
    </message>
    <message>
        <source>Results of an earlier version have no class probabilities: export again.</source>
        <translation>Ergebnisse einer früheren Version haben keine Klassenwahrscheinlichkeiten: Exportieren Sie noch einmal.</translation>
    </message>
    <message>
        <source>Save rows of numbers with numpy.ascontiguousarray, and short paths.</source>
        <translation>Speichern Sie Zeilen von Zahlen mit numpy.ascontiguousarray, und kurze Pfade.</translation>
    </message>
    <message>
        <source>Save texts with dtype=str and numbers with dtype=float32.</source>
        <translation>Speichern Sie Texte mit dtype=str und Zahlen mit dtype=float32.</translation>
    </message>
    <message>
        <source>Save texts with dtype=str.</source>
        <translation>Speichern Sie Texte mit dtype=str.</translation>
    </message>
    <message>
        <source>See that its files are as they were when the images were unpacked.</source>
        <translation>Sorgen Sie dafür, dass seine Dateien so sind wie beim Entpacken der Bilder.</translation>
    </message>
    <message>
        <source>See that the files of boxes are as they were when the crops were made.</source>
        <translation>Die Dateien mit den Rahmen müssen so sein wie beim Ausschneiden.</translation>
    </message>
    <message>
        <source>See whether its disk is still there and has room, then open the project again.</source>
        <translation>Sehen Sie nach, ob sein Datenträger noch da ist und Platz hat, dann öffnen Sie das Projekt neu.</translation>
    </message>
    <message>
        <source>See whether the disk has room and you may write to the project.</source>
        <translation>Sehen Sie nach, ob der Datenträger Platz hat und Sie in das Projekt schreiben dürfen.</translation>
    </message>
    <message>
        <source>See whether you may read the files of the project, and whether its disk is still there.</source>
        <translation>Prüfen Sie, ob Sie die Dateien des Projekts lesen dürfen und ob der Datenträger noch da ist.</translation>
    </message>
    <message>
        <source>See whether you may write to the project, then train again.</source>
        <translation>Sehen Sie nach, ob Sie in das Projekt schreiben dürfen, dann trainieren Sie neu.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong: {kind}: {reason}</source>
        <translation>Etwas Unerwartetes ging schief: {kind}: {reason}</translation>
    </message>
    <message numerus="yes">
        <source>Split {name} off ({count:,} images)</source>
        <translation>
            <numerusform>{name} abspalten ({count:,} Bild)</numerusform>
            <numerusform>{name} abspalten ({count:,} Bilder)</numerusform>
        </translation>
    </message>
    <message>
        <source>Star {what}</source>
        <translation>{what}: Stern</translation>
    </message>
    <message>
        <source>Start again: the new weights will be taken.</source>
        <translation>Starten Sie noch einmal: dann gelten die neuen Gewichte.</translation>
    </message>
    <message>
        <source>Start again; finished work is kept. The details are in the log.</source>
        <translation>Starten Sie noch einmal; fertige Arbeit bleibt. Die Einzelheiten stehen im Protokoll.</translation>
    </message>
    <message>
        <source>Start as many processes on each machine as it has cards, or pass --device cpu.</source>
        <translation>Starten Sie auf jedem Rechner so viele Prozesse, wie er Karten hat, oder geben Sie --device cpu an.</translation>
    </message>
    <message numerus="yes">
        <source>Take back the model&apos;s check of {count:,} images</source>
        <translation>
            <numerusform>Prüfung durch das Modell zurücknehmen ({count:,} Bild)</numerusform>
            <numerusform>Prüfung durch das Modell zurücknehmen ({count:,} Bilder)</numerusform>
        </translation>
    </message>
    <message>
        <source>Take crops.csv as ahsml_app.crop_boxes wrote it.</source>
        <translation>crops.csv so nehmen, wie ahsml_app.crop_boxes sie geschrieben hat.</translation>
    </message>
    <message>
        <source>Take over what one of two people decided</source>
        <translation>Übernehmen, was eine von zwei Personen entschied</translation>
    </message>
    <message>
        <source>Take over what two people decided alike</source>
        <translation>Übernehmen, was zwei Personen gleich entschieden</translation>
    </message>
    <message numerus="yes">
        <source>Take the suggestions for {count:,} images</source>
        <translation>
            <numerusform>Den Vorschlag für {count:,} Bild übernehmen</numerusform>
            <numerusform>Die Vorschläge für {count:,} Bilder übernehmen</numerusform>
        </translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>Aufgenommen</translation>
    </message>
    <message numerus="yes">
        <source>Tested on {count:,} images, {when}</source>
        <translation>
            <numerusform>Getestet an {count:,} Bild, {when}</numerusform>
            <numerusform>Getestet an {count:,} Bildern, {when}</numerusform>
        </translation>
    </message>
    <message>
        <source>The Dask cluster has no worker.</source>
        <translation>Der Dask-Cluster hat keinen Worker.</translation>
    </message>
    <message>
        <source>The Dask scheduler {address} does not answer.</source>
        <translation>Der Dask-Scheduler {address} antwortet nicht.</translation>
    </message>
    <message>
        <source>The ONNX form of {name} differs from torch by {difference:.2g}.</source>
        <translation>Die ONNX-Form von {name} weicht um {difference:.2g} von torch ab.</translation>
    </message>
    <message>
        <source>The activations cannot be written to {folder}: {reason}</source>
        <translation>Die Aktivierungen lassen sich nicht in {folder} schreiben: {reason}</translation>
    </message>
    <message numerus="yes">
        <source>The activations of {count:,} images would take {size} GB. Each image is read anew in every epoch instead, which takes longer.</source>
        <translation>
            <numerusform>Die Aktivierungen von {count:,} Bild würden {size} GB brauchen. Stattdessen wird jedes Bild in jeder Epoche neu gelesen, was länger dauert.</numerusform>
            <numerusform>Die Aktivierungen von {count:,} Bildern würden {size} GB brauchen. Stattdessen wird jedes Bild in jeder Epoche neu gelesen, was länger dauert.</numerusform>
        </translation>
    </message>
    <message>
        <source>The activations would take {size} GB, and {folder} has only {free} GB free. Each image is read anew in every epoch instead, which takes longer.</source>
        <translation>Die Aktivierungen würden {size} GB brauchen, und {folder} hat nur {free} GB frei. Stattdessen wird jedes Bild in jeder Epoche neu gelesen, was länger dauert.</translation>
    </message>
    <message>
        <source>The archive {archive} cannot be read: {reason}.</source>
        <translation>Das Archiv {archive} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>The archive {archive} is protected by a password.</source>
        <translation>Das Archiv {archive} ist mit einem Passwort geschützt.</translation>
    </message>
    <message>
        <source>The archive {archive} would unpack to more than {growth} times its size, as images never do.</source>
        <translation>Das Archiv {archive} wäre entpackt mehr als {growth}-mal so groß, was bei Bildern nie vorkommt.</translation>
    </message>
    <message>
        <source>The backup {name} is damaged.</source>
        <translation>Die Sicherung {name} ist beschädigt.</translation>
    </message>
    <message>
        <source>The class folders do not hold all files after they were written: {there:,} of {count:,}.</source>
        <translation>Die Klassenordner enthalten nach dem Schreiben nicht alle Dateien: {there:,} von {count:,}.</translation>
    </message>
    <message>
        <source>The classes are named {names}: if these are parts of the data set, use --class-from &apos;*/{{class}}/**&apos;.</source>
        <translation>Die Klassen heißen {names}: Sind das Teile des Datensatzes, hilft --class-from &apos;*/{{class}}/**&apos;.</translation>
    </message>
    <message>
        <source>The classes of {file} are numbers; {names} may name them: use --class-names.</source>
        <translation>Die Klassen von {file} sind Zahlen; {names} nennt vielleicht ihre Namen: dafür gibt es --class-names.</translation>
    </message>
    <message>
        <source>The damaged backup {name} was set aside as {aside}.</source>
        <translation>Die beschädigte Sicherung {name} liegt nun beiseite als {aside}.</translation>
    </message>
    <message>
        <source>The data set {file} cannot be written: {reason}.</source>
        <translation>Der Datensatz {file} lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The database was rebuilt; the damaged one is {name}.</source>
        <translation>Die Datenbank wurde neu aufgebaut; die beschädigte ist {name}.</translation>
    </message>
    <message>
        <source>The decision could not be saved: {reason}.</source>
        <translation>Die Entscheidung ließ sich nicht speichern: {reason}.</translation>
    </message>
    <message>
        <source>The demonstration cannot be written to {folder}: {reason}.</source>
        <translation>Die Demo lässt sich nicht nach {folder} schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The details are in {log_file}.</source>
        <translation>Die Einzelheiten stehen in {log_file}.</translation>
    </message>
    <message>
        <source>The device {name!r} was asked for, but this machine does not offer it.</source>
        <translation>Das Gerät {name!r} wurde verlangt, aber dieser Rechner hat es nicht.</translation>
    </message>
    <message>
        <source>The disk of {path} is full.</source>
        <translation>Der Datenträger von {path} ist voll.</translation>
    </message>
    <message>
        <source>The downloaded weights of {name} in {file} cannot be used.</source>
        <translation>Die geladenen Gewichte von {name} in {file} lassen sich nicht benutzen.</translation>
    </message>
    <message>
        <source>The example cannot be written to {folder}: {reason}.</source>
        <translation>Das Beispiel lässt sich nicht nach {folder} schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The feature cache {folder} cannot be used: {reason}</source>
        <translation>Der Zwischenspeicher der Merkmale {folder} lässt sich nicht benutzen: {reason}</translation>
    </message>
    <message>
        <source>The features came from {name}, so the model has no network: no ONNX file was made. model.json says how the head takes features.</source>
        <translation>Die Merkmale kamen aus {name}, das Modell hat also kein Netz: Es entstand keine ONNX-Datei. model.json sagt, wie der Kopf Merkmale erwartet.</translation>
    </message>
    <message>
        <source>The features came from {name}, so there is no network.</source>
        <translation>Die Merkmale kamen aus {name}, also gibt es kein Netz.</translation>
    </message>
    <message>
        <source>The features in {folder} take {size} of at most {limit}.</source>
        <translation>Die Merkmale in {folder} belegen {size} von höchstens {limit}.</translation>
    </message>
    <message>
        <source>The features in {folder} take {size}.</source>
        <translation>Die Merkmale in {folder} belegen {size}.</translation>
    </message>
    <message>
        <source>The features take {size} of at most {limit}.</source>
        <translation>Die Merkmale belegen {size} von höchstens {limit}.</translation>
    </message>
    <message>
        <source>The features take {size}.</source>
        <translation>Die Merkmale belegen {size}.</translation>
    </message>
    <message>
        <source>The file {path} of the project is damaged: {reason}.</source>
        <translation>Die Datei {path} des Projekts ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>The files in {folder} hold no box of an image.</source>
        <translation>Die Dateien in {folder} enthalten keinen Rahmen eines Bildes.</translation>
    </message>
    <message>
        <source>The first folders are parts of the data set: {parts}. The class is the folder below. Images of test are scored and not trained on. If the first folder is the class, use --class-from &apos;{pattern}&apos;.</source>
        <translation>Die ersten Ordner sind Teile des Datensatzes: {parts}. Die Klasse ist der Ordner darunter. Bilder von test werden bewertet, aber nicht zum Trainieren verwendet. Ist der erste Ordner die Klasse, nehmen Sie --class-from &apos;{pattern}&apos;.</translation>
    </message>
    <message>
        <source>The folder of the boxes, {folder}, does not exist.</source>
        <translation>Den Ordner der Rahmen, {folder}, gibt es nicht.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be seen from this machine.</source>
        <translation>Der Ordner {folder} ist von diesem Rechner aus nicht zu sehen.</translation>
    </message>
    <message>
        <source>The folder {folder} is not empty.</source>
        <translation>Der Ordner {folder} ist nicht leer.</translation>
    </message>
    <message>
        <source>The folder {path} cannot be written: {reason}.</source>
        <translation>In den Ordner {path} lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The folder {target} already holds the results of an earlier run.</source>
        <translation>Der Ordner {target} enthält schon die Ergebnisse eines früheren Laufs.</translation>
    </message>
    <message>
        <source>The folder {target} is not empty and holds no earlier results of this program.</source>
        <translation>Der Ordner {target} ist nicht leer und enthält keine früheren Ergebnisse dieses Programms.</translation>
    </message>
    <message>
        <source>The folder {target} is not empty.</source>
        <translation>Der Ordner {target} ist nicht leer.</translation>
    </message>
    <message>
        <source>The image folder cannot be listed: {reason}.</source>
        <translation>Der Bildordner lässt sich nicht auflisten: {reason}.</translation>
    </message>
    <message>
        <source>The image folder {folder} does not exist.</source>
        <translation>Den Bildordner {folder} gibt es nicht.</translation>
    </message>
    <message>
        <source>The image folder {root} can no longer be read: {reason}.</source>
        <translation>Der Bildordner {root} ist nicht mehr lesbar: {reason}.</translation>
    </message>
    <message>
        <source>The image folder {source} does not exist.</source>
        <translation>Den Bildordner {source} gibt es nicht.</translation>
    </message>
    <message>
        <source>The image {source} cannot be exported: {reason}.</source>
        <translation>Das Bild {source} lässt sich nicht exportieren: {reason}.</translation>
    </message>
    <message>
        <source>The images lie in {folder}, inside the project.</source>
        <translation>Die Bilder liegen in {folder}, im Projekt.</translation>
    </message>
    <message>
        <source>The images must lie under the same path on every machine.</source>
        <translation>Die Bilder müssen auf jedem Rechner unter dem gleichen Pfad liegen.</translation>
    </message>
    <message>
        <source>The interrupted run in {partial} had other options: {before}.</source>
        <translation>Der unterbrochene Lauf in {partial} hatte andere Optionen: {before}.</translation>
    </message>
    <message>
        <source>The label column &apos;{label_column}&apos; was chosen, but there is no manifest.</source>
        <translation>Die Spalte „{label_column}“ wurde gewählt, aber es gibt kein Manifest.</translation>
    </message>
    <message>
        <source>The labels file {file} cannot be read: {reason}.</source>
        <translation>Die Datei der Labels {file} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>The labels file {file} is empty.</source>
        <translation>Die Datei der Labels {file} ist leer.</translation>
    </message>
    <message>
        <source>The limit cannot be written to {folder}: {reason}.</source>
        <translation>Die Grenze kann nicht nach {folder} geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>The matrix could not be written to {path}.</source>
        <translation>Die Matrix ließ sich nicht nach {path} schreiben.</translation>
    </message>
    <message>
        <source>The model in {folder} has no network that could read images: it was trained on features from {file}.</source>
        <translation>Das Modell in {folder} hat kein Netz, das Bilder lesen könnte: Es wurde auf Merkmalen aus {file} trainiert.</translation>
    </message>
    <message>
        <source>The model {file} cannot be read: {reason}.</source>
        <translation>Das Modell {file} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The name {name!r} leads out of the folder {root}.</source>
        <translation>Der Name {name!r} führt aus dem Ordner {root} hinaus.</translation>
    </message>
    <message>
        <source>The network {name} gives other features here.</source>
        <translation>Das Netz {name} gibt hier andere Merkmale.</translation>
    </message>
    <message>
        <source>The newest training was made by an earlier version, which cannot be tested.</source>
        <translation>Das neueste Training stammt von einer früheren Version und kann nicht getestet werden.</translation>
    </message>
    <message numerus="yes">
        <source>The next training learns from your {count:,} decisions. Features are already extracted, so it takes less time.</source>
        <translation>
            <numerusform>Das nächste Training lernt aus Ihrer Entscheidung. Die Merkmale sind schon berechnet, daher dauert es kürzer.</numerusform>
            <numerusform>Das nächste Training lernt aus Ihren {count:,} Entscheidungen. Die Merkmale sind schon berechnet, daher dauert es kürzer.</numerusform>
        </translation>
    </message>
    <message>
        <source>The option {name!r} cannot be used: {reason}.</source>
        <translation>Die Option {name!r} ist nicht verwendbar: {reason}.</translation>
    </message>
    <message>
        <source>The other files of the model are complete: use those.</source>
        <translation>Die anderen Dateien des Modells sind vollständig: Benutzen Sie diese.</translation>
    </message>
    <message>
        <source>The path column &apos;{path_column}&apos; was chosen, but there is no manifest.</source>
        <translation>Die Pfadspalte „{path_column}“ wurde gewählt, aber es gibt kein Manifest.</translation>
    </message>
    <message>
        <source>The path pattern &apos;{pattern}&apos; cannot be used: it is relative to the image folder and holds {{class}} exactly once and no other braces.</source>
        <translation>Das Pfadmuster „{pattern}“ ist nicht brauchbar: Es gilt vom Bildordner aus und enthält {{class}} genau einmal und keine anderen geschweiften Klammern.</translation>
    </message>
    <message>
        <source>The picture could not be written to {path}.</source>
        <translation>Das Bild konnte nicht nach {path} geschrieben werden.</translation>
    </message>
    <message>
        <source>The plug-in {name} is in several packages: {packages}.</source>
        <translation>Das Plug-in {name} ist in mehreren Paketen: {packages}.</translation>
    </message>
    <message>
        <source>The plug-in {name} of the package {package} failed: {reason}</source>
        <translation>Das Plug-in {name} des Pakets {package} ist gescheitert: {reason}</translation>
    </message>
    <message>
        <source>The process {process} has another file at {path}; that of the first process counts.</source>
        <translation>Der Prozess {process} hat unter {path} eine andere Datei; die des ersten Prozesses zählt.</translation>
    </message>
    <message>
        <source>The process {process} has failed: {message}</source>
        <translation>Der Prozess {process} ist gescheitert: {message}</translation>
    </message>
    <message>
        <source>The processes cannot work together on these devices: {names}.</source>
        <translation>Auf diesen Geräten können die Prozesse nicht zusammenarbeiten: {names}.</translation>
    </message>
    <message>
        <source>The project cannot be moved to {place}: {reason}.</source>
        <translation>Das Projekt kann nicht nach {place} verschoben werden: {reason}.</translation>
    </message>
    <message>
        <source>The project file {path} cannot be read or written: {reason}.</source>
        <translation>Die Projektdatei {path} lässt sich nicht lesen oder schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The project folder {folder} cannot be made: {reason}.</source>
        <translation>Der Projektordner {folder} lässt sich nicht anlegen: {reason}.</translation>
    </message>
    <message>
        <source>The project is locked.</source>
        <translation>Das Projekt ist gesperrt.</translation>
    </message>
    <message>
        <source>The project is only looked at.</source>
        <translation>Das Projekt wird nur angesehen.</translation>
    </message>
    <message>
        <source>The project is open elsewhere.</source>
        <translation>Das Projekt ist anderswo geöffnet.</translation>
    </message>
    <message>
        <source>The project lies in {folder} already.</source>
        <translation>Das Projekt liegt schon in {folder}.</translation>
    </message>
    <message>
        <source>The project {folder} cannot be written.</source>
        <translation>Das Projekt {folder} lässt sich nicht beschreiben.</translation>
    </message>
    <message>
        <source>The project {folder} cannot be written: {reason}.</source>
        <translation>Das Projekt {folder} lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The project {name} is open in another window, so nothing can be changed.</source>
        <translation>Das Projekt {name} ist in einem anderen Fenster offen, darum lässt sich nichts ändern.</translation>
    </message>
    <message>
        <source>The project {parent} is of an older version and open elsewhere.</source>
        <translation>Das Projekt {parent} stammt von einer älteren Version und ist anderswo offen.</translation>
    </message>
    <message>
        <source>The project {parent} was made by a newer version of this program (schema {version}; this one knows {newest}).</source>
        <translation>Das Projekt {parent} stammt von einer neueren Version dieses Programms (Schema {version}; diese kennt {newest}).</translation>
    </message>
    <message>
        <source>The project {project} lists an image outside of its image folder: {path!r}.</source>
        <translation>Das Projekt {project} führt ein Bild außerhalb seines Bilderordners auf: {path!r}.</translation>
    </message>
    <message>
        <source>The results cannot be moved to {out}: {reason}.</source>
        <translation>Die Ergebnisse lassen sich nicht nach {out} bringen: {reason}.</translation>
    </message>
    <message>
        <source>The results cannot go into the image folder itself: {target}.</source>
        <translation>Die Ergebnisse können nicht in den Bildordner selbst: {target}.</translation>
    </message>
    <message>
        <source>The results in {target} are of an earlier version, which did not record what it wrote: nobody can say whether a file was changed since.</source>
        <translation>Die Ergebnisse in {target} sind von einer früheren Version, die nicht festhielt, was sie schrieb: Ob eine Datei seither geändert wurde, lässt sich nicht sagen.</translation>
    </message>
    <message>
        <source>The run has lost {places}.</source>
        <translation>Der Lauf hat {places} verloren.</translation>
    </message>
    <message>
        <source>The run reads {path}, which lies in {partial}, and needs that folder for itself.</source>
        <translation>Der Lauf liest {path} in {partial} und braucht diesen Ordner für sich selbst.</translation>
    </message>
    <message>
        <source>The run reads {path}, which lies in {target}, so the results cannot take that place.</source>
        <translation>Der Lauf liest {path} in {target}, deshalb können die Ergebnisse nicht an diesen Ort.</translation>
    </message>
    <message>
        <source>The self-test needs at least two classes with images.</source>
        <translation>Der Selbsttest braucht mindestens zwei Klassen mit Bildern.</translation>
    </message>
    <message>
        <source>The self-test trains {count} times more, which takes about {seconds:,.0f} s.</source>
        <translation>Der Selbsttest trainiert noch {count}-mal, das dauert etwa {seconds:,.0f} s.</translation>
    </message>
    <message>
        <source>The settings file {path} cannot be read: {reason}.</source>
        <translation>Die Einstellungsdatei {path} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The settings file {path} has a wrong value of {key!r}: {reason}.</source>
        <translation>Die Einstellungsdatei {path} hat einen falschen Wert für {key!r}: {reason}.</translation>
    </message>
    <message>
        <source>The settings file {path} has an unknown key {key!r}.</source>
        <translation>Die Einstellungsdatei {path} hat einen unbekannten Schlüssel {key!r}.</translation>
    </message>
    <message>
        <source>The settings file {path} is not valid TOML: {reason}.</source>
        <translation>Die Einstellungsdatei {path} ist kein gültiges TOML: {reason}.</translation>
    </message>
    <message>
        <source>The weights of {name} changed while they were in use: {file}.</source>
        <translation>Die Gewichte von {name} haben sich während ihrer Verwendung geändert: {file}.</translation>
    </message>
    <message>
        <source>The weights of {name} could not be downloaded.</source>
        <translation>Die Gewichte von {name} ließen sich nicht laden.</translation>
    </message>
    <message numerus="yes">
        <source>The {count:,} images selected in the gallery get this label. Each counts as a decision, and you can undo them.</source>
        <translation>
            <numerusform>Das in der Galerie ausgewählte Bild bekommt dieses Label. Es zählt als Entscheidung; Rückgängig nimmt sie zurück.</numerusform>
            <numerusform>Die {count:,} in der Galerie ausgewählten Bilder bekommen dieses Label. Jedes zählt als Entscheidung; Rückgängig nimmt sie zurück.</numerusform>
        </translation>
    </message>
    <message>
        <source>There are no images in {root}.</source>
        <translation>In {root} sind keine Bilder.</translation>
    </message>
    <message>
        <source>There are no published weights of {name}.</source>
        <translation>Von {name} gibt es keine veröffentlichten Gewichte.</translation>
    </message>
    <message>
        <source>There are no weights of the text network {name!r}.</source>
        <translation>Für das Textnetz {name!r} gibt es keine Gewichte.</translation>
    </message>
    <message>
        <source>There is a class “{name}” already.</source>
        <translation>Eine Klasse „{name}“ gibt es schon.</translation>
    </message>
    <message>
        <source>There is no backbone called {name!r}.</source>
        <translation>Ein Grundnetz namens {name!r} gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no class in {root}; wrong labels need at least two.</source>
        <translation>In {root} gibt es keine Klasse; falsche Labels setzen mindestens zwei voraus.</translation>
    </message>
    <message>
        <source>There is no class {name}.</source>
        <translation>Eine Klasse {name} gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no class “{name}”. There are {known}.</source>
        <translation>Es gibt keine Klasse „{name}“. Es gibt {known}.</translation>
    </message>
    <message>
        <source>There is no decision “{name}”. Known are {known}.</source>
        <translation>Es gibt keine Entscheidung „{name}“. Bekannt sind {known}.</translation>
    </message>
    <message>
        <source>There is no demonstration in {folder}.</source>
        <translation>In {folder} ist keine Demo.</translation>
    </message>
    <message>
        <source>There is no file of weights at {path}.</source>
        <translation>Bei {path} ist keine Datei mit Gewichten.</translation>
    </message>
    <message>
        <source>There is no folder {folder}.</source>
        <translation>Einen Ordner {folder} gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no form {name!r} to export.</source>
        <translation>Eine Form {name!r} gibt es für den Export nicht.</translation>
    </message>
    <message>
        <source>There is no option {name!r}.</source>
        <translation>Es gibt keine Option {name!r}.</translation>
    </message>
    <message>
        <source>There is no project in {folder}.</source>
        <translation>In {folder} ist kein Projekt.</translation>
    </message>
    <message>
        <source>There is no suggestion before the first training.</source>
        <translation>Vor dem ersten Training gibt es keinen Vorschlag.</translation>
    </message>
    <message>
        <source>There is no text to find images by.</source>
        <translation>Es gibt keinen Text, nach dem Bilder zu finden wären.</translation>
    </message>
    <message>
        <source>There is not enough memory: {reason}</source>
        <translation>Der Arbeitsspeicher reicht nicht: {reason}</translation>
    </message>
    <message>
        <source>There is only one class, &apos;{name}&apos;, in {root}; wrong labels need at least two.</source>
        <translation>In {root} gibt es nur eine Klasse, &apos;{name}&apos;; falsche Labels setzen mindestens zwei voraus.</translation>
    </message>
    <message>
        <source>There is only one class, &apos;{name}&apos;, outside the test split in {root}; wrong labels need at least two.</source>
        <translation>Außerhalb des Testteils gibt es in {root} nur eine Klasse, &apos;{name}&apos;; falsche Labels setzen mindestens zwei voraus.</translation>
    </message>
    <message>
        <source>There is something of this name already: {path}.</source>
        <translation>Etwas dieses Namens gibt es schon: {path}.</translation>
    </message>
    <message>
        <source>These images are from no data set of Hugging Face.</source>
        <translation>Diese Bilder stammen aus keinem Datensatz von Hugging Face.</translation>
    </message>
    <message>
        <source>These images are no crops of boxes.</source>
        <translation>Diese Bilder sind keine Ausschnitte von Rahmen.</translation>
    </message>
    <message>
        <source>This network does not tell its stages apart, so each image is read anew in every epoch, which takes longer.</source>
        <translation>Dieses Netz gibt seine Stufen nicht zu erkennen; darum wird jedes Bild in jeder Epoche neu gelesen, was länger dauert.</translation>
    </message>
    <message>
        <source>This program is not installed where the Dask scheduler runs.</source>
        <translation>Dieses Programm ist dort nicht installiert, wo der Dask-Scheduler läuft.</translation>
    </message>
    <message>
        <source>Too few labels are probably right for a self-test: {count}, and it needs about {needed}.</source>
        <translation>Für einen Selbsttest sind zu wenige Labels wahrscheinlich richtig: {count}, und er braucht etwa {needed}.</translation>
    </message>
    <message>
        <source>Train again, then start the self-test.</source>
        <translation>Trainieren Sie erneut, und starten Sie dann den Selbsttest.</translation>
    </message>
    <message>
        <source>Train again; the decisions are not affected.</source>
        <translation>Trainieren Sie neu; die Entscheidungen sind nicht betroffen.</translation>
    </message>
    <message>
        <source>Training {number} was set aside. Train again to get its scores.</source>
        <translation>Training {number} wurde beiseitegelegt. Trainieren Sie neu, um wieder Werte zu bekommen.</translation>
    </message>
    <message>
        <source>Turned</source>
        <translation>Gedreht</translation>
    </message>
    <message>
        <source>Uninstall all but one of them.</source>
        <translation>Alle bis auf eines deinstallieren.</translation>
    </message>
    <message>
        <source>Unknown device {name!r}.</source>
        <translation>Unbekanntes Gerät {name!r}.</translation>
    </message>
    <message>
        <source>Unpack it with another program, and give the folder.</source>
        <translation>Entpacken Sie es mit einem anderen Programm, und geben Sie den Ordner an.</translation>
    </message>
    <message>
        <source>Unpack it, and give the folder that holds the images.</source>
        <translation>Es entpacken und den Ordner mit den Bildern angeben.</translation>
    </message>
    <message>
        <source>Update or uninstall {package}, or ask its author.</source>
        <translation>{package} aktualisieren oder deinstallieren, oder bei dessen Autor nachfragen.</translation>
    </message>
    <message>
        <source>Use --force to replace them, or name another folder with --out.</source>
        <translation>Ersetzen Sie sie mit --force, oder nennen Sie mit --out einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Use --label-column {column}.</source>
        <translation>Benutzen Sie --label-column {column}.</translation>
    </message>
    <message>
        <source>Use --resume to continue it, or --force to start anew.</source>
        <translation>--resume macht damit weiter, --force beginnt neu.</translation>
    </message>
    <message>
        <source>Use a name of timm or torchvision.</source>
        <translation>Benutzen Sie einen Namen aus timm oder torchvision.</translation>
    </message>
    <message>
        <source>Wait until it has ended, or name another folder with --out.</source>
        <translation>Warten Sie, bis er fertig ist, oder nennen Sie mit --out einen anderen Ordner.</translation>
    </message>
    <message>
        <source>What could not be read was taken from a backup.</source>
        <translation>Was sich nicht lesen ließ, stammt aus einer Sicherung.</translation>
    </message>
    <message>
        <source>What was done is kept; start again with --resume when scheduler and workers run.</source>
        <translation>Fertiges bleibt erhalten; starten Sie mit --resume noch einmal, wenn Scheduler und Worker laufen.</translation>
    </message>
    <message>
        <source>Write it again, or give a CSV file.</source>
        <translation>Schreiben Sie sie neu, oder geben Sie eine CSV-Datei an.</translation>
    </message>
    <message>
        <source>Write its images as JPEG or PNG files into a folder for each class, with the program that made it, and give the folder.</source>
        <translation>Schreiben Sie die Bilder mit dem Programm, von dem sie stammt, als JPEG- oder PNG-Dateien in je einen Ordner für jede Klasse, und geben Sie den Ordner an.</translation>
    </message>
    <message>
        <source>Write the file again; the guide&apos;s page on your own model has an example.</source>
        <translation>Schreiben Sie die Datei neu; die Anleitung hat auf der Seite über eigene Modelle ein Beispiel.</translation>
    </message>
    <message>
        <source>Write the folders of the files into the paths.</source>
        <translation>Schreiben Sie die Ordner der Dateien in die Pfade.</translation>
    </message>
    <message>
        <source>Write what to find.</source>
        <translation>Schreiben Sie, was zu finden ist.</translation>
    </message>
    <message numerus="yes">
        <source>Writing {done:,} of {count:,} files</source>
        <translation>
            <numerusform>Schreibe {done:,} von {count:,} Datei</numerusform>
            <numerusform>Schreibe {done:,} von {count:,} Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>Written after the first training only: {names}.</source>
        <translation>Erst nach dem ersten Training geschrieben: {names}.</translation>
    </message>
    <message numerus="yes">
        <source>Wrote {count:,} labelled images to {folder}</source>
        <translation>
            <numerusform>{count:,} Bild mit Label nach {folder} geschrieben</numerusform>
            <numerusform>{count:,} Bilder mit Label nach {folder} geschrieben</numerusform>
        </translation>
    </message>
    <message>
        <source>XML or a web page</source>
        <translation>XML oder eine Webseite</translation>
    </message>
    <message numerus="yes">
        <source>You can stop: about {expected} wrong labels are expected in the next {count:,} images.</source>
        <translation>
            <numerusform>Sie können aufhören: Im nächsten Bild sind etwa {expected} falsche Labels zu erwarten.</numerusform>
            <numerusform>Sie können aufhören: In den nächsten {count:,} Bildern sind etwa {expected} falsche Labels zu erwarten.</numerusform>
        </translation>
    </message>
    <message>
        <source>a NumPy array</source>
        <translation>ein NumPy-Array</translation>
    </message>
    <message>
        <source>a PDF document</source>
        <translation>ein PDF-Dokument</translation>
    </message>
    <message>
        <source>a ZIP archive or an Excel workbook</source>
        <translation>ein ZIP-Archiv oder eine Excel-Mappe</translation>
    </message>
    <message>
        <source>a compressed file</source>
        <translation>eine komprimierte Datei</translation>
    </message>
    <message>
        <source>a folder for each class with the images in it; dropped images left out</source>
        <translation>ein Ordner je Klasse mit ihren Bildern; ohne die aussortierten</translation>
    </message>
    <message>
        <source>a notebook</source>
        <translation>ein Notebook</translation>
    </message>
    <message>
        <source>a project of the VGG Image Annotator</source>
        <translation>ein Projekt des VGG Image Annotator</translation>
    </message>
    <message numerus="yes">
        <source>about {count:,} wrong labels</source>
        <translation>
            <numerusform>etwa {count:,} falsches Label</numerusform>
            <numerusform>etwa {count:,} falsche Labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about {count} in 100 such labels are wrong</source>
        <translation>
            <numerusform>etwa {count} von 100 solchen Labels ist falsch</numerusform>
            <numerusform>etwa {count} von 100 solchen Labels sind falsch</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about {interval} errors left</source>
        <translation>
            <numerusform>noch etwa {interval} Fehler</numerusform>
            <numerusform>noch etwa {interval} Fehler</numerusform>
        </translation>
    </message>
    <message>
        <source>an Arrow file</source>
        <translation>eine Arrow-Datei</translation>
    </message>
    <message>
        <source>an Excel workbook</source>
        <translation>eine Excel-Mappe</translation>
    </message>
    <message>
        <source>an HDF5 file</source>
        <translation>eine HDF5-Datei</translation>
    </message>
    <message>
        <source>an SQLite database</source>
        <translation>eine SQLite-Datenbank</translation>
    </message>
    <message>
        <source>an annotation of LabelMe</source>
        <translation>eine Annotation von LabelMe</translation>
    </message>
    <message>
        <source>an image</source>
        <translation>ein Bild</translation>
    </message>
    <message numerus="yes">
        <source>another class suggested for {doubted:,} of {count:,} images</source>
        <translation>
            <numerusform>für {doubted:,} von {count:,} Bild eine andere Klasse vorgeschlagen</numerusform>
            <numerusform>für {doubted:,} von {count:,} Bildern eine andere Klasse vorgeschlagen</numerusform>
        </translation>
    </message>
    <message>
        <source>black and white</source>
        <translation>schwarzweiß</translation>
    </message>
    <message numerus="yes">
        <source>channel {number:,} was chosen, and it has {count:,} channels</source>
        <translation>
            <numerusform>Kanal {number:,} wurde gewählt, und sie hat {count:,} Kanal</numerusform>
            <numerusform>Kanal {number:,} wurde gewählt, und sie hat {count:,} Kanäle</numerusform>
        </translation>
    </message>
    <message>
        <source>colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>colour, transparent</source>
        <translation>Farbe, durchsichtig</translation>
    </message>
    <message>
        <source>decoding it ended the process twice, perhaps for want of memory; it is tried again in every run</source>
        <translation>es zu lesen hat den Prozess zweimal beendet, vielleicht aus Mangel an Speicher; jeder Lauf versucht es erneut</translation>
    </message>
    <message numerus="yes">
        <source>disagreements to decide</source>
        <translation>
            <numerusform>Abweichung zu entscheiden</numerusform>
            <numerusform>Abweichungen zu entscheiden</numerusform>
        </translation>
    </message>
    <message>
        <source>embeddings.npz and embeddings.parquet: vectors for search and training</source>
        <translation>embeddings.npz und embeddings.parquet: Vektoren zum Suchen und Trainieren</translation>
    </message>
    <message>
        <source>gray</source>
        <translation>grau</translation>
    </message>
    <message>
        <source>gray, 16 bits</source>
        <translation>grau, 16 Bit</translation>
    </message>
    <message>
        <source>gray, 32 bits</source>
        <translation>grau, 32 Bit</translation>
    </message>
    <message>
        <source>gray, decimal values</source>
        <translation>grau, Dezimalzahlen</translation>
    </message>
    <message>
        <source>gray, transparent</source>
        <translation>grau, durchsichtig</translation>
    </message>
    <message numerus="yes">
        <source>images decided</source>
        <translation>
            <numerusform>Bild entschieden</numerusform>
            <numerusform>Bilder entschieden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>images decided by both</source>
        <translation>
            <numerusform>Bild von beiden entschieden</numerusform>
            <numerusform>Bilder von beiden entschieden</numerusform>
        </translation>
    </message>
    <message>
        <source>images of the kind {kind} need a package: pip install &quot;ahsml-app[{extra}]&quot;</source>
        <translation>Bilder der Art {kind} brauchen ein Paket: pip install &quot;ahsml-app[{extra}]&quot;</translation>
    </message>
    <message>
        <source>in another case</source>
        <translation>anders groß oder klein geschrieben</translation>
    </message>
    <message>
        <source>it cannot be read as a Parquet file</source>
        <translation>sie lässt sich nicht als Parquet-Datei lesen</translation>
    </message>
    <message>
        <source>it cannot be resized ({reason})</source>
        <translation>sie lässt sich nicht in der Größe ändern ({reason})</translation>
    </message>
    <message>
        <source>it does not name the classes</source>
        <translation>sie nennt die Klassen nicht</translation>
    </message>
    <message>
        <source>it ends early</source>
        <translation>sie endet zu früh</translation>
    </message>
    <message>
        <source>it has no array &apos;{wanted}&apos;, but {names}</source>
        <translation>sie hat kein Array &apos;{wanted}&apos;, sondern {names}</translation>
    </message>
    <message>
        <source>it has no column &apos;path&apos;, but {names}</source>
        <translation>sie hat keine Spalte &apos;path&apos;, sondern {names}</translation>
    </message>
    <message>
        <source>it has no column &apos;{wanted}&apos; of lists of numbers, but {names}</source>
        <translation>sie hat keine Spalte &apos;{wanted}&apos; mit Listen von Zahlen, sondern {names}</translation>
    </message>
    <message>
        <source>it has no column &apos;{wanted}&apos;, but {names}</source>
        <translation>sie hat keine Spalte &apos;{wanted}&apos;, sondern {names}</translation>
    </message>
    <message>
        <source>it has no numbers</source>
        <translation>sie hat keine Zahlen</translation>
    </message>
    <message>
        <source>it has no paths</source>
        <translation>sie hat keine Pfade</translation>
    </message>
    <message>
        <source>it has no paths, and its rows ({rows:,}) are not as many as the images ({images:,})</source>
        <translation>sie hat keine Pfade, und nicht so viele Zeilen ({rows:,}) wie es Bilder gibt ({images:,})</translation>
    </message>
    <message>
        <source>it has no probabilities of the classes {names}</source>
        <translation>sie hat keine Wahrscheinlichkeiten der Klassen {names}</translation>
    </message>
    <message>
        <source>it has several columns of one class</source>
        <translation>sie hat mehrere Spalten einer Klasse</translation>
    </message>
    <message>
        <source>it has vanished</source>
        <translation>er ist verschwunden</translation>
    </message>
    <message>
        <source>it holds {type} of the shape {shape} instead of a row of numbers for each image</source>
        <translation>sie enthält {type} der Form {shape} statt einer Zeile von Zahlen je Bild</translation>
    </message>
    <message>
        <source>it is a link that leads nowhere</source>
        <translation>sie ist ein Link, der nirgends hinführt</translation>
    </message>
    <message>
        <source>it is damaged</source>
        <translation>sie ist beschädigt</translation>
    </message>
    <message>
        <source>it is empty now</source>
        <translation>er ist jetzt leer</translation>
    </message>
    <message>
        <source>it is neither NPY nor NPZ nor Parquet</source>
        <translation>sie ist weder NPY noch NPZ noch Parquet</translation>
    </message>
    <message>
        <source>it is not a regular file</source>
        <translation>sie ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>it is too large for the memory of this machine: its {count:,.0f} million pixels take {needed:,.1f} GB to decode, and one image may take {most:,.1f} GB</source>
        <translation>es ist zu groß für den Speicher dieses Rechners: seine {count:,.0f} Millionen Pixel brauchen beim Lesen {needed:,.1f} GB, und ein Bild darf {most:,.1f} GB brauchen</translation>
    </message>
    <message>
        <source>it is too large: more than {count} million pixels</source>
        <translation>sie ist zu groß: mehr als {count} Millionen Pixel</translation>
    </message>
    <message>
        <source>it lies outside the image folder</source>
        <translation>sie liegt außerhalb des Bildordners</translation>
    </message>
    <message>
        <source>it lists no digests</source>
        <translation>sie nennt keine Prüfsummen</translation>
    </message>
    <message>
        <source>it starts like a {kind} image, but is damaged or of a kind that is not supported</source>
        <translation>sie beginnt wie ein Bild in {kind}, ist aber beschädigt oder von einer nicht lesbaren Art</translation>
    </message>
    <message>
        <source>its array of {rows:,} x {width:,} has another length than the list of its names, {count:,}</source>
        <translation>ihr Array aus {rows:,} x {width:,} hat eine andere Länge als die Liste der Namen, {count:,}</translation>
    </message>
    <message>
        <source>its name is not valid UTF-8; rename it</source>
        <translation>ihr Name ist kein gültiges UTF-8; bitte umbenennen</translation>
    </message>
    <message>
        <source>its pixel format is not supported ({reason})</source>
        <translation>ihr Pixelformat ist nicht lesbar ({reason})</translation>
    </message>
    <message>
        <source>its rows are {width:,} long, but at most {most:,} is possible</source>
        <translation>ihre Zeilen sind {width:,} lang, aber höchstens {most:,} ist möglich</translation>
    </message>
    <message>
        <source>its rows are {width:,} long, but those of the training were {expected:,}</source>
        <translation>ihre Zeilen sind {width:,} lang, aber die des Trainings waren {expected:,}</translation>
    </message>
    <message>
        <source>its rows have different lengths, or none</source>
        <translation>ihre Zeilen sind verschieden lang oder leer</translation>
    </message>
    <message numerus="yes">
        <source>labels.csv takes {count:,} suggestions, of which about {precision:.0%} or more should be right.</source>
        <translation>
            <numerusform>labels.csv übernimmt {count:,} Vorschlag, der mit einer Wahrscheinlichkeit von etwa {precision:.0%} oder mehr richtig ist.</numerusform>
            <numerusform>labels.csv übernimmt {count:,} Vorschläge, von denen etwa {precision:.0%} oder mehr richtig sein sollten.</numerusform>
        </translation>
    </message>
    <message>
        <source>labels.csv: every image with its label before and after, and the decision</source>
        <translation>labels.csv: jedes Bild mit seinem Label davor und danach, und die Entscheidung</translation>
    </message>
    <message>
        <source>listed in {place}, but {problem}</source>
        <translation>in {place} genannt, aber {problem}</translation>
    </message>
    <message>
        <source>most of {count} annotators</source>
        <translation>der Mehrheit von {count} Annotatoren</translation>
    </message>
    <message>
        <source>names of uploads</source>
        <translation>Namen hochgeladener Dateien</translation>
    </message>
    <message>
        <source>no row (of {rows:,}) is of an image in {root}; the first is &apos;{first}&apos;</source>
        <translation>keine Zeile (von {rows:,}) gehört zu einem Bild in {root}; die erste ist &apos;{first}&apos;</translation>
    </message>
    <message>
        <source>no such file</source>
        <translation>es gibt keine solche Datei</translation>
    </message>
    <message>
        <source>numbers without leading zeros</source>
        <translation>Zahlen ohne führende Nullen</translation>
    </message>
    <message numerus="yes">
        <source>on {count:,} images that you verified</source>
        <translation>
            <numerusform>an {count:,} Bild, das Sie geprüft haben</numerusform>
            <numerusform>an {count:,} Bildern, die Sie geprüft haben</numerusform>
        </translation>
    </message>
    <message>
        <source>open_clip has no network called {name!r}.</source>
        <translation>open_clip hat kein Netz namens {name!r}.</translation>
    </message>
    <message numerus="yes">
        <source>opened {count} days ago</source>
        <translation>
            <numerusform>vor {count} Tag geöffnet</numerusform>
            <numerusform>vor {count} Tagen geöffnet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>page {number:,} was chosen, and it has {count:,} pages</source>
        <translation>
            <numerusform>Seite {number:,} wurde gewählt, und sie hat {count:,} Seite</numerusform>
            <numerusform>Seite {number:,} wurde gewählt, und sie hat {count:,} Seiten</numerusform>
        </translation>
    </message>
    <message>
        <source>palette</source>
        <translation>Palette</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>kein Zugriff</translation>
    </message>
    <message>
        <source>print colours</source>
        <translation>Druckfarben</translation>
    </message>
    <message>
        <source>report.html: counts, confusion and the most suspect images on one page</source>
        <translation>report.html: Zahlen, Verwechslungen und die verdächtigsten Bilder auf einer Seite</translation>
    </message>
    <message>
        <source>row {row:,} holds a number that is missing, not finite or too large</source>
        <translation>in Zeile {row:,} fehlt eine Zahl, ist nicht endlich oder zu groß</translation>
    </message>
    <message>
        <source>row {row:,} is negative or zero, so it holds no probabilities</source>
        <translation>Zeile {row:,} ist negativ oder null, enthält also keine Wahrscheinlichkeiten</translation>
    </message>
    <message>
        <source>scores (CSV, Parquet) and probabilities.parquet: probability, weight, consistency and more</source>
        <translation>Werte (CSV, Parquet) und probabilities.parquet: Wahrscheinlichkeit, Gewicht, Konsistenz und mehr</translation>
    </message>
    <message>
        <source>set aside</source>
        <translation>beiseitegelegt</translation>
    </message>
    <message>
        <source>shown upright, as its EXIF orientation says</source>
        <translation>aufrecht gezeigt, wie seine EXIF-Ausrichtung sagt</translation>
    </message>
    <message numerus="yes">
        <source>suggestions changed</source>
        <translation>
            <numerusform>Vorschlag geändert</numerusform>
            <numerusform>Vorschläge geändert</numerusform>
        </translation>
    </message>
    <message>
        <source>the cells of a sample are not those of its columns</source>
        <translation>die Zellen eines Bildes passen nicht zu seinen Spalten</translation>
    </message>
    <message>
        <source>the class of a sample is not among its classes</source>
        <translation>die Klasse eines Bildes gehört nicht zu den Klassen</translation>
    </message>
    <message>
        <source>the file has vanished</source>
        <translation>die Datei ist verschwunden</translation>
    </message>
    <message>
        <source>the folder cannot be listed: {reason}</source>
        <translation>der Ordner lässt sich nicht auflisten: {reason}</translation>
    </message>
    <message>
        <source>the manifest in its own format with the new labels; dropped images left out</source>
        <translation>das Manifest in seinem Format mit den neuen Labels; ohne die aussortierten Bilder</translation>
    </message>
    <message>
        <source>the path is empty</source>
        <translation>der Pfad ist leer</translation>
    </message>
    <message>
        <source>with another suffix</source>
        <translation>mit anderer Endung</translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images are in the order of how well they fit.</source>
        <translation>
            <numerusform>{count:,} Bild ist danach geordnet, wie gut es passt.</numerusform>
            <numerusform>{count:,} Bilder sind danach geordnet, wie gut sie passen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} folders hold no images: {names}.</source>
        <translation>
            <numerusform>{count} Ordner enthält kein Bild: {names}.</numerusform>
            <numerusform>{count} Ordner enthalten keine Bilder: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} images have no label from the archive, which has two images or two labels of their names: {names}.</source>
        <translation>
            <numerusform>{count} Bild hat kein Label aus dem Archiv, weil es darin zwei Bilder oder zwei Labels seines Namens gibt: {names}.</numerusform>
            <numerusform>{count} Bilder haben kein Label aus dem Archiv, weil es darin zwei Bilder oder zwei Labels ihres Namens gibt: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} images of {file} were found by their numbers without leading zeros, as 12 for 00012.png.</source>
        <translation>
            <numerusform>{count} Bild aus {file} wurde an seiner Zahl ohne führende Nullen erkannt, wie 00012.png an 12.</numerusform>
            <numerusform>{count} Bilder aus {file} wurden an ihren Zahlen ohne führende Nullen erkannt, wie 00012.png an 12.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} members of the archive were left out, which are links, devices or rows without an image, or have names that lead elsewhere, are too long or those of folders: {names}.</source>
        <translation>
            <numerusform>{count} Eintrag des Archivs wurde ausgelassen, der eine Verknüpfung, ein Gerät oder eine Zeile ohne Bild ist, anderswohin führt, einen zu langen Namen hat oder wie ein Ordner heißt: {names}.</numerusform>
            <numerusform>{count} Einträge des Archivs wurden ausgelassen, die Verknüpfungen, Geräte oder Zeilen ohne Bild sind, anderswohin führen, zu lange Namen haben oder wie Ordner heißen: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} rows of {file} are left out: they have no label any more, and the column &apos;{column}&apos; allows no empty cell.</source>
        <translation>
            <numerusform>{count} Zeile von {file} fehlt: sie hat kein Label mehr, und die Spalte &apos;{column}&apos; erlaubt keine leere Zelle.</numerusform>
            <numerusform>{count} Zeilen von {file} fehlen: sie haben kein Label mehr, und die Spalte &apos;{column}&apos; erlaubt keine leere Zelle.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} rows of {file} have {value} for no label: the column &apos;{column}&apos; allows no empty cell.</source>
        <translation>
            <numerusform>{count} Zeile von {file} hat {value} für kein Label: die Spalte &apos;{column}&apos; erlaubt keine leere Zelle.</numerusform>
            <numerusform>{count} Zeilen von {file} haben {value} für kein Label: die Spalte &apos;{column}&apos; erlaubt keine leere Zelle.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has no names for {count} classes: {names}.</source>
        <translation>
            <numerusform>{file} hat keinen Namen für {count} Klasse: {names}.</numerusform>
            <numerusform>{file} hat keine Namen für {count} Klassen: {names}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} has single quotes around its fields.</source>
        <translation>{file} hat einfache Anführungszeichen um die Felder.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has {count} classes only in rows of images whose other rows differ, so they are left out: {names}.</source>
        <translation>
            <numerusform>{file} hat die Klasse {names} nur in Zeilen von Bildern, deren andere Zeilen abweichen; sie wird ausgelassen.</numerusform>
            <numerusform>{file} hat {count} Klassen nur in Zeilen von Bildern, deren andere Zeilen abweichen; sie werden ausgelassen: {names}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is a table without images.</source>
        <translation>{file} ist eine Tabelle ohne Bilder.</translation>
    </message>
    <message>
        <source>{file} names boxes of objects, but whole images are judged; --crop-boxes cuts the boxes out, to judge each.</source>
        <translation>{file} nennt Rahmen von Objekten, beurteilt werden aber ganze Bilder; --crop-boxes schneidet die Rahmen aus, um jeden zu beurteilen.</translation>
    </message>
    <message>
        <source>{file}: -1 means that an annotator gave no label.</source>
        <translation>{file}: -1 bedeutet, dass ein Annotator kein Label gab.</translation>
    </message>
    <message>
        <source>{file}: the columns {names} were read as labels of annotators, of which the most frequent counts. Are they something else? Then choose the column of labels (--label-column).</source>
        <translation>{file}: Die Spalten {names} wurden als Labels von Annotatoren gelesen, von denen das häufigste gilt. Sind sie etwas anderes? Dann wählen Sie die Spalte der Labels (--label-column).</translation>
    </message>
    <message>
        <source>{file}: the columns {names} were read as labels of annotators, whom the report judges; the label that counts is that of &apos;{label}&apos;.</source>
        <translation>{file}: Die Spalten {names} wurden als Labels von Annotatoren gelesen, die der Bericht beurteilt; es gilt das Label von „{label}“.</translation>
    </message>
    <message>
        <source>{file}: columns of labels or of numbers of rows are no features: {names}.</source>
        <translation>{file}: Spalten mit Labels oder mit Zeilennummern sind keine Features: {names}.</translation>
    </message>
    <message>
        <source>{folder} is a link to {place}.</source>
        <translation>{folder} ist eine Verknüpfung mit {place}.</translation>
    </message>
    <message>
        <source>{number:,}, of which number {chosen:,} is used</source>
        <translation>{number:,}, von denen Nummer {chosen:,} verwendet wird</translation>
    </message>
    <message>
        <source>{number:,}, of which the brightest samples are used</source>
        <translation>{number:,}, von denen die hellsten Werte verwendet werden</translation>
    </message>
    <message>
        <source>{name} lists no image.</source>
        <translation>{name} nennt kein Bild.</translation>
    </message>
    <message>
        <source>{name} reads texts with a vocabulary that does not come with it.</source>
        <translation>{name} liest Texte mit einem Wortschatz, der nicht dabei ist.</translation>
    </message>
    <message>
        <source>{path} fits none of the common networks for images and texts.</source>
        <translation>{path} passt zu keinem der üblichen Netze für Bilder und Texte.</translation>
    </message>
    <message>
        <source>“{name}:” is not known in a search. Known are {known}. Put quotes around it to look for it in paths.</source>
        <translation>„{name}:“ ist in einer Suche nicht bekannt. Bekannt sind {known}. In Anführungszeichen wird es in Pfaden gesucht.</translation>
    </message>
    <message>
        <source>the image is cut off (truncated file)</source>
        <translation>das Bild ist abgeschnitten (unvollständige Datei)</translation>
    </message>
    <message>
        <source>The self-test needs a training.</source>
        <translation>Der Selbsttest braucht ein Training.</translation>
    </message>
    <message>
        <source>the image is damaged ({reason})</source>
        <translation>das Bild ist beschädigt ({reason})</translation>
    </message>
    <message>
        <source>the suggestions</source>
        <translation>die Vorschläge</translation>
    </message>
    <message>
        <source>the trained head, and one ONNX file from pixels to embedding</source>
        <translation>der trainierte Kopf und eine ONNX-Datei vom Pixel zur Einbettung</translation>
    </message>
    <message>
        <source>there is not enough memory to decode it</source>
        <translation>der Speicher reicht nicht, um sie zu lesen</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message numerus="yes">
        <source>wrong labels found</source>
        <translation>
            <numerusform>falsches Label gefunden</numerusform>
            <numerusform>falsche Labels gefunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>wrong of {count:,} images reviewed</source>
        <translation>
            <numerusform>falsch von {count:,} durchgesehenen Bild</numerusform>
            <numerusform>falsch von {count:,} durchgesehenen Bildern</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} classes</source>
        <translation>
            <numerusform>{count:,} Klasse</numerusform>
            <numerusform>{count:,} Klassen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} files were copied, because no links to them can be made there.</source>
        <translation>
            <numerusform>{count:,} Datei wurde kopiert, weil dort kein Verweis auf sie angelegt werden kann.</numerusform>
            <numerusform>{count:,} Dateien wurden kopiert, weil dort keine Verweise auf sie angelegt werden können.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images</source>
        <translation>
            <numerusform>{count:,} Bild</numerusform>
            <numerusform>{count:,} Bilder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images are left out of training and export. No file is deleted.</source>
        <translation>
            <numerusform>{count:,} Bild bleibt aus Training und Export heraus. Keine Datei wird gelöscht.</numerusform>
            <numerusform>{count:,} Bilder bleiben aus Training und Export heraus. Keine Datei wird gelöscht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images are no longer flagged.</source>
        <translation>
            <numerusform>{count:,} Bild ist nicht mehr markiert.</numerusform>
            <numerusform>{count:,} Bilder sind nicht mehr markiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images can no longer be read; the mean of the others stands for their features.</source>
        <translation>
            <numerusform>{count:,} Bild kann nicht mehr gelesen werden; der Mittelwert der übrigen steht für seine Merkmale.</numerusform>
            <numerusform>{count:,} Bilder können nicht mehr gelesen werden; der Mittelwert der übrigen steht für ihre Merkmale.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images decided so far</source>
        <translation>
            <numerusform>Bisher {count:,} Bild entschieden</numerusform>
            <numerusform>Bisher {count:,} Bilder entschieden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images get their suggested labels.</source>
        <translation>
            <numerusform>{count:,} Bild bekommt sein vorgeschlagenes Label.</numerusform>
            <numerusform>{count:,} Bilder bekommen ihre vorgeschlagenen Labels.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images in {classes}</source>
        <translation>
            <numerusform>{count:,} Bild in {classes}</numerusform>
            <numerusform>{count:,} Bilder in {classes}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images keep their labels and count as checked.</source>
        <translation>
            <numerusform>{count:,} Bild behält sein Label und gilt als geprüft.</numerusform>
            <numerusform>{count:,} Bilder behalten ihre Labels und gelten als geprüft.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images keep their labels because no other is more likely.</source>
        <translation>
            <numerusform>{count:,} Bild behält sein Label, da kein anderes wahrscheinlicher ist.</numerusform>
            <numerusform>{count:,} Bilder behalten ihre Labels, da kein anderes wahrscheinlicher ist.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images selected</source>
        <translation>
            <numerusform>{count:,} Bild ausgewählt</numerusform>
            <numerusform>{count:,} Bilder ausgewählt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images so far</source>
        <translation>
            <numerusform>{count:,} Bild bisher</numerusform>
            <numerusform>{count:,} Bilder bisher</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images without a label</source>
        <translation>
            <numerusform>{count:,} Bild ohne Label</numerusform>
            <numerusform>{count:,} Bilder ohne Label</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images, {undecided:,} undecided</source>
        <translation>
            <numerusform>{count:,} Bild, davon {undecided:,} offen</numerusform>
            <numerusform>{count:,} Bilder, davon {undecided:,} offen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} labels are probably wrong.</source>
        <translation>
            <numerusform>{count:,} Label ist wohl falsch.</numerusform>
            <numerusform>{count:,} Labels sind wohl falsch.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} labels become {name}.</source>
        <translation>
            <numerusform>{count:,} Label wird zu {name}.</numerusform>
            <numerusform>{count:,} Labels werden zu {name}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} labels change.</source>
        <translation>
            <numerusform>{count:,} Label ändert sich.</numerusform>
            <numerusform>{count:,} Labels ändern sich.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} labels changed from {old} to {new}.</source>
        <translation>
            <numerusform>{count:,} Label von {old} in {new} geändert.</numerusform>
            <numerusform>{count:,} Labels von {old} in {new} geändert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} more images could not be read while training.</source>
        <translation>
            <numerusform>{count:,} weiteres Bild konnte beim Training nicht gelesen werden.</numerusform>
            <numerusform>{count:,} weitere Bilder konnten beim Training nicht gelesen werden.</numerusform>
        </translation>
    </message>
    <message>
        <source>{form} that names no image</source>
        <translation>{form} ohne ein einziges Bild</translation>
    </message>
    <message numerus="yes">
        <source>{lost:,} of {count:,} images in {folder} can no longer be read: {reason}.</source>
        <translation>
            <numerusform>{lost:,} von {count:,} Bild in {folder} lässt sich nicht mehr lesen: {reason}.</numerusform>
            <numerusform>{lost:,} von {count:,} Bildern in {folder} lassen sich nicht mehr lesen: {reason}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{lost:,} of {count:,} images in {root} can no longer be read.</source>
        <translation>
            <numerusform>{lost:,} von {count:,} Bild in {root} lässt sich nicht mehr lesen.</numerusform>
            <numerusform>{lost:,} von {count:,} Bildern in {root} lassen sich nicht mehr lesen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} other classes</source>
        <translation>
            <numerusform>{count:,} andere Klasse</numerusform>
            <numerusform>{count:,} andere Klassen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} other images look the same.</source>
        <translation>
            <numerusform>{count:,} anderes Bild sieht gleich aus.</numerusform>
            <numerusform>{count:,} andere Bilder sehen gleich aus.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} suspects</source>
        <translation>
            <numerusform>{count:,} Verdachtsfall</numerusform>
            <numerusform>{count:,} Verdachtsfälle</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} suspects are undecided</source>
        <translation>
            <numerusform>{count:,} Verdachtsfall ist offen</numerusform>
            <numerusform>{count:,} Verdachtsfälle sind offen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} undecided images</source>
        <translation>
            <numerusform>{count:,} offenes Bild</numerusform>
            <numerusform>{count:,} offene Bilder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} wrong labels found</source>
        <translation>
            <numerusform>{count:,} falsches Label gefunden</numerusform>
            <numerusform>{count:,} falsche Labels gefunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} classes with one image each can hardly be judged: {names}. Add images, or merge them with other classes.</source>
        <translation>
            <numerusform>Eine Klasse mit nur einem Bild lässt sich kaum beurteilen: {names}. Fügen Sie Bilder hinzu, oder legen Sie sie mit einer anderen Klasse zusammen.</numerusform>
            <numerusform>{count} Klassen mit je nur einem Bild lassen sich kaum beurteilen: {names}. Fügen Sie Bilder hinzu, oder legen Sie sie mit anderen Klassen zusammen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} files could not be read; see quarantine.csv.</source>
        <translation>
            <numerusform>{count} Datei konnte nicht gelesen werden; siehe quarantine.csv.</numerusform>
            <numerusform>{count} Dateien konnten nicht gelesen werden; siehe quarantine.csv.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} labelled images are too few to fine-tune the network on.</source>
        <translation>
            <numerusform>{count} Bild mit Label ist zu wenig, um das Netz daran nachzutrainieren.</numerusform>
            <numerusform>{count} Bilder mit Label sind zu wenig, um das Netz daran nachzutrainieren.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} links to folders that are listed already were not followed: {names}.</source>
        <translation>
            <numerusform>{count} Verweis auf einen Ordner, der schon aufgeführt ist, wurde nicht verfolgt: {names}.</numerusform>
            <numerusform>{count} Verweise auf Ordner, die schon aufgeführt sind, wurden nicht verfolgt: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} images do not match &apos;{pattern}&apos; and count as unlabelled: {names}.</source>
        <translation>
            <numerusform>{count} Bild passt nicht zu &apos;{pattern}&apos; und gilt als ohne Label: {names}.</numerusform>
            <numerusform>{count} Bilder passen nicht zu &apos;{pattern}&apos; und gelten als ohne Label: {names}.</numerusform>
        </translation>
    </message>
    <message>
        <source>A class name cannot be empty or hold a slash or a control character.</source>
        <translation>Ein Klassenname darf weder leer sein noch einen Schrägstrich oder ein Steuerzeichen enthalten.</translation>
    </message>
    <message>
        <source>Free {size} GB there, or name another folder in {variable}.</source>
        <translation>Machen Sie dort {size} GB frei, oder nennen Sie einen anderen Ordner in {variable}.</translation>
    </message>
    <message>
        <source>Give the decisions of two people.</source>
        <translation>Geben Sie die Entscheidungen zweier Personen an.</translation>
    </message>
    <message>
        <source>Give the image folder on which --replay takes the decisions.</source>
        <translation>Geben Sie den Bildordner an, für den --replay die Entscheidungen übernimmt.</translation>
    </message>
    <message>
        <source>Install the newer version to read it.</source>
        <translation>Installieren Sie die neuere Version, um es zu lesen.</translation>
    </message>
    <message>
        <source>Leave out the options of training, and --apply.</source>
        <translation>Lassen Sie die Optionen des Trainings und --apply weg.</translation>
    </message>
    <message>
        <source>Line {number} belongs behind line {other}: lines were moved or repeated.</source>
        <translation>Zeile {number} gehört hinter Zeile {other}: Zeilen wurden verschoben oder wiederholt.</translation>
    </message>
    <message>
        <source>Line {number} does not follow line {other}: lines between them were removed, or one was replaced.</source>
        <translation>Zeile {number} folgt nicht auf Zeile {other}: Dazwischen fehlen Zeilen, oder eine wurde ersetzt.</translation>
    </message>
    <message>
        <source>Line {number} of {path} cannot be used: {reason}.</source>
        <translation>Zeile {number} von {path} ist nicht verwendbar: {reason}.</translation>
    </message>
    <message>
        <source>Line {number} was changed.</source>
        <translation>Zeile {number} wurde geändert.</translation>
    </message>
    <message>
        <source>Name another folder in {variable}.</source>
        <translation>Nennen Sie einen anderen Ordner in {variable}.</translation>
    </message>
    <message>
        <source>Name the file {name} of an export.</source>
        <translation>Nennen Sie die Datei {name} eines Exports.</translation>
    </message>
    <message>
        <source>New images have no scores before the next training: {reason}</source>
        <translation>Neue Bilder haben vor dem nächsten Training keine Werte: {reason}</translation>
    </message>
    <message>
        <source>Nothing has changed. Free the project&apos;s folder, and try again.</source>
        <translation>Nichts hat sich geändert. Geben Sie den Ordner des Projekts frei, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Nothing has changed. Make room on that disk, and try again.</source>
        <translation>Nichts hat sich geändert. Schaffen Sie Platz auf jenem Datenträger, und versuchen Sie es noch einmal.</translation>
    </message>
    <message numerus="yes">
        <source>So will {count:,} files in its class folders.</source>
        <translation>
            <numerusform>Ebenso {count:,} Datei in dessen Klassenordnern.</numerusform>
            <numerusform>Ebenso {count:,} Dateien in dessen Klassenordnern.</numerusform>
        </translation>
    </message>
    <message>
        <source>The backup {name} cannot be written: {reason}.</source>
        <translation>Die Sicherung {name} lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The checkpoint {path} was damaged; what it held is computed again.</source>
        <translation>Der Zwischenstand {path} war beschädigt; was er enthielt, wird neu berechnet.</translation>
    </message>
    <message>
        <source>The decision log contradicts itself: {reason}.</source>
        <translation>Das Entscheidungsprotokoll widerspricht sich: {reason}.</translation>
    </message>
    <message>
        <source>The decision log names a class {name}.</source>
        <translation>Das Entscheidungsprotokoll nennt eine Klasse {name}.</translation>
    </message>
    <message>
        <source>The disk of {path} is full: {free} are free, and {needed} are needed.</source>
        <translation>Der Datenträger von {path} ist voll: {free} sind frei, und {needed} werden gebraucht.</translation>
    </message>
    <message>
        <source>The disk of {path} is full: {free} are free.</source>
        <translation>Der Datenträger von {path} ist voll: {free} sind frei.</translation>
    </message>
    <message>
        <source>The feature cache {folder} cannot be written ({reason}). The run goes on without it; the next one computes the features again. Free some space there, or name another folder in {variable}.</source>
        <translation>Der Zwischenspeicher {folder} kann nicht geschrieben werden ({reason}). Der Lauf geht ohne ihn weiter; der nächste berechnet die Merkmale neu. Machen Sie dort Platz frei, oder nennen Sie einen anderen Ordner in {variable}.</translation>
    </message>
    <message>
        <source>The file {path} would make SQLite delete another file.</source>
        <translation>Die Datei {path} würde SQLite eine andere Datei löschen lassen.</translation>
    </message>
    <message>
        <source>The folder {partial}, which the run needs for itself, holds other files: {names}.</source>
        <translation>Im Ordner {partial}, den der Lauf für sich braucht, liegen andere Dateien: {names}.</translation>
    </message>
    <message>
        <source>The log contradicts itself: {reason}.</source>
        <translation>Das Protokoll widerspricht sich: {reason}.</translation>
    </message>
    <message numerus="yes">
        <source>The paths of {count:,} images lead out of the image folder: {names}.</source>
        <translation>
            <numerusform>Der Pfad von {count:,} Bild führt aus dem Bildordner hinaus: {names}.</numerusform>
            <numerusform>Die Pfade von {count:,} Bildern führen aus dem Bildordner hinaus: {names}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The project file {path} cannot be written: {reason}.</source>
        <translation>Die Projektdatei {path} lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The project file {path} holds a {kind} {name!r}, which this program never makes.</source>
        <translation>Die Projektdatei {path} enthält ein Objekt {name!r} der Art {kind}, das dieses Programm nie anlegt.</translation>
    </message>
    <message>
        <source>The project file {path} is damaged: {reason}.</source>
        <translation>Die Projektdatei {path} ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>This program never writes such a file. Delete it only if you trust the rest of the project.</source>
        <translation>Dieses Programm schreibt nie eine solche Datei. Löschen Sie sie nur, wenn Sie dem übrigen Projekt trauen.</translation>
    </message>
    <message>
        <source>Train first.</source>
        <translation>Trainieren Sie zuerst.</translation>
    </message>
    <message>
        <source>Training {number}: {reason}</source>
        <translation>Training {number}: {reason}</translation>
    </message>
    <message>
        <source>Update from the image folder: {what}</source>
        <translation>Aktualisierung aus dem Bildordner: {what}</translation>
    </message>
    <message>
        <source>ahsml-app --repair {project} keeps every decision that can be read.</source>
        <translation>ahsml-app --repair {project} behält jede Entscheidung, die lesbar ist.</translation>
    </message>
    <message>
        <source>it fits several files: {names}</source>
        <translation>er passt auf mehrere Dateien: {names}</translation>
    </message>
    <message>
        <source>it holds no project</source>
        <translation>sie enthält kein Projekt</translation>
    </message>
    <message>
        <source>it holds no samples</source>
        <translation>sie enthält keine Bilder</translation>
    </message>
    <message>
        <source>it is missing</source>
        <translation>sie fehlt</translation>
    </message>
    <message>
        <source>its content has changed</source>
        <translation>ihr Inhalt hat sich geändert</translation>
    </message>
    <message>
        <source>its properties are damaged</source>
        <translation>seine Eigenschaften sind beschädigt</translation>
    </message>
    <message>
        <source>its property {name!r} is missing or not as it should be</source>
        <translation>ihre Eigenschaft {name!r} fehlt oder ist nicht, wie sie sein soll</translation>
    </message>
    <message>
        <source>journal.csv and decisions.jsonl: every decision ever made, undone ones included</source>
        <translation>journal.csv und decisions.jsonl: jede je getroffene Entscheidung, auch zurückgenommene</translation>
    </message>
    <message>
        <source>names in any folder</source>
        <translation>Namen in irgendeinem Ordner</translation>
    </message>
    <message>
        <source>names without suffix</source>
        <translation>Namen ohne Endung</translation>
    </message>
    <message>
        <source>nothing has changed</source>
        <translation>nichts hat sich geändert</translation>
    </message>
    <message>
        <source>paths of another place</source>
        <translation>Pfade eines anderen Orts</translation>
    </message>
    <message>
        <source>the array {name} has another type or shape: {dtype} {shape}</source>
        <translation>das Array {name} hat einen anderen Typ oder eine andere Form: {dtype} {shape}</translation>
    </message>
    <message>
        <source>the array {name} holds an impossible class</source>
        <translation>das Array {name} enthält eine unmögliche Klasse</translation>
    </message>
    <message>
        <source>the array {name} holds an impossible value</source>
        <translation>das Array {name} enthält einen unmöglichen Wert</translation>
    </message>
    <message>
        <source>the array {name} is missing</source>
        <translation>das Array {name} fehlt</translation>
    </message>
    <message>
        <source>the array {name} is of another project</source>
        <translation>das Array {name} stammt aus einem anderen Projekt</translation>
    </message>
    <message>
        <source>the largest of {count} columns</source>
        <translation>der größten von {count} Spalten</translation>
    </message>
    <message>
        <source>the table {name} is missing or not as it should be</source>
        <translation>die Tabelle {name} fehlt oder ist nicht, wie sie sein soll</translation>
    </message>
    <message>
        <source>the table {table} holds an impossible value</source>
        <translation>die Tabelle {table} enthält einen unmöglichen Wert</translation>
    </message>
    <message>
        <source>{count:,} changed</source>
        <translation>{count:,} geändert</translation>
    </message>
    <message numerus="yes">
        <source>The folders of {count:,} classes have other names, since some file system could not hold their own: {names}.</source>
        <translation>
            <numerusform>Der Ordner von {count:,} Klasse heißt anders, weil manches Dateisystem ihren Namen nicht fassen kann: {names}.</numerusform>
            <numerusform>Die Ordner von {count:,} Klassen heißen anders, weil manches Dateisystem ihre Namen nicht fassen kann: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Take over {count:,} decisions that both made</source>
        <translation>
            <numerusform>{count:,} gleiche Entscheidung übernehmen</numerusform>
            <numerusform>{count:,} gleiche Entscheidungen übernehmen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Take over {count:,} decisions that only one made</source>
        <translation>
            <numerusform>{count:,} einzelne Entscheidung übernehmen</numerusform>
            <numerusform>{count:,} einzelne Entscheidungen übernehmen</numerusform>
        </translation>
    </message>
    <message>
        <source>The project was not opened here before, and would read its images and labels from {places}.</source>
        <translation>Das Projekt wurde hier noch nicht geöffnet, und es würde Bilder und Labels von hier lesen: {places}.</translation>
    </message>
    <message>
        <source>it is an HEIC image, for which a package is missing: pip install &quot;ahsml-app[heif]&quot;</source>
        <translation>sie ist ein HEIC-Bild, für das ein Paket fehlt: pip install &quot;ahsml-app[heif]&quot;</translation>
    </message>
    <message>
        <source>it is not a JPEG, PNG, WebP, TIFF or other image of a kind that is read</source>
        <translation>sie ist kein JPEG-, PNG-, WebP-, TIFF- oder anderes Bild einer Art, die gelesen wird</translation>
    </message>
    <message>
        <source>{bits} bits compressed as {compression} need a further package: pip install &quot;ahsml-app[tiff]&quot;</source>
        <translation>für {bits} Bit, komprimiert als {compression}, fehlt ein Paket: pip install &quot;ahsml-app[tiff]&quot;</translation>
    </message>
    <message numerus="yes">
        <source>{count:,} files in {folder} would be replaced or removed, but they were changed since this program wrote them, or somebody else wrote them: {names}.</source>
        <translation>
            <numerusform>{count:,} Datei in {folder} würde ersetzt oder gelöscht, wurde aber seither geändert oder ist nicht von diesem Programm: {names}.</numerusform>
            <numerusform>{count:,} Dateien in {folder} würden ersetzt oder gelöscht, wurden aber seither geändert oder sind nicht von diesem Programm: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} files of the earlier export will be replaced or removed.</source>
        <translation>
            <numerusform>{count:,} Datei des früheren Exports wird ersetzt oder gelöscht.</numerusform>
            <numerusform>{count:,} Dateien des früheren Exports werden ersetzt oder gelöscht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} files of the earlier results in {out} will be replaced or removed.</source>
        <translation>
            <numerusform>{count:,} Datei der früheren Ergebnisse in {out} wird ersetzt oder gelöscht.</numerusform>
            <numerusform>{count:,} Dateien der früheren Ergebnisse in {out} werden ersetzt oder gelöscht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images in {folder} are not in the image folder any more, so these may be the only copies: {names}.</source>
        <translation>
            <numerusform>{count:,} Bild in {folder} ist nicht mehr im Bildordner, vielleicht ist es die einzige Kopie: {names}.</numerusform>
            <numerusform>{count:,} Bilder in {folder} sind nicht mehr im Bildordner, vielleicht sind es die einzigen Kopien: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images to be read lie in {out}, where results are replaced: {names}.</source>
        <translation>
            <numerusform>{count:,} Bild, das gelesen wird, liegt in {out}, wo Ergebnisse ersetzt werden: {names}.</numerusform>
            <numerusform>{count:,} Bilder, die gelesen werden, liegen in {out}, wo Ergebnisse ersetzt werden: {names}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{count:,} missing</source>
        <translation>{count:,} fehlend</translation>
    </message>
    <message>
        <source>{count:,} new</source>
        <translation>{count:,} neu</translation>
    </message>
    <message>
        <source>{count:,} renamed</source>
        <translation>{count:,} umbenannt</translation>
    </message>
    <message numerus="yes">
        <source>{count:,} rows of the feature cache {folder} were damaged or are gone; they are computed again.</source>
        <translation>
            <numerusform>{count:,} Zeile des Zwischenspeichers {folder} war beschädigt oder fehlt; sie wird neu berechnet.</numerusform>
            <numerusform>{count:,} Zeilen des Zwischenspeichers {folder} waren beschädigt oder fehlen; sie werden neu berechnet.</numerusform>
        </translation>
    </message>
    <message>
        <source>{count:,} there again</source>
        <translation>{count:,} wieder da</translation>
    </message>
    <message>
        <source>{count:,} with another label</source>
        <translation>{count:,} mit anderem Label</translation>
    </message>
    <message numerus="yes">
        <source>{count} bands of {bits} bits of this kind cannot be read: {kind}</source>
        <translation>
            <numerusform>{count} Band mit {bits} Bit dieser Art kann nicht gelesen werden: {kind}</numerusform>
            <numerusform>{count} Bänder mit {bits} Bit dieser Art können nicht gelesen werden: {kind}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} classes are each written in ways that look the same, which count as one: {names}.</source>
        <translation>
            <numerusform>Eine Klasse ist auf mehrere Arten geschrieben, die gleich aussehen; sie zählen als eine: {names}.</numerusform>
            <numerusform>{count} Klassen sind je auf mehrere Arten geschrieben, die gleich aussehen und als eine zählen: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} folders that are never classes were left out: {names}.</source>
        <translation>
            <numerusform>{count} Ordner, der nie eine Klasse ist, wurde ausgelassen: {names}.</numerusform>
            <numerusform>{count} Ordner, die nie Klassen sind, wurden ausgelassen: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} folders that hold results of this program were left out: {names}.</source>
        <translation>
            <numerusform>{count} Ordner mit Ergebnissen dieses Programms wurde ausgelassen: {names}.</numerusform>
            <numerusform>{count} Ordner mit Ergebnissen dieses Programms wurden ausgelassen: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} images in the folder that {file} does not list were left out: {names}.</source>
        <translation>
            <numerusform>{count} Bild im Ordner, das {file} nicht aufführt, wurde ausgelassen: {names}.</numerusform>
            <numerusform>{count} Bilder im Ordner, die {file} nicht aufführt, wurden ausgelassen: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} images lie in no class folder and count as unlabelled: {names}.</source>
        <translation>
            <numerusform>{count} Bild liegt in keinem Klassenordner und gilt als ohne Label: {names}.</numerusform>
            <numerusform>{count} Bilder liegen in keinem Klassenordner und gelten als ohne Label: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} labels say that they are missing ({names}) and count as none.</source>
        <translation>
            <numerusform>{count} Label sagt, dass es fehlt ({names}), und zählt als keines.</numerusform>
            <numerusform>{count} Labels sagen, dass sie fehlen ({names}), und zählen als keine.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} lines of {file} are comments and were left out.</source>
        <translation>
            <numerusform>{count} Zeile von {file} ist ein Kommentar und zählt nicht.</numerusform>
            <numerusform>{count} Zeilen von {file} sind Kommentare und zählen nicht.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} does not say its classes.</source>
        <translation>{file} nennt seine Klassen nicht.</translation>
    </message>
    <message numerus="yes">
        <source>{file} gives {count} images different labels; the first counts: {places}.</source>
        <translation>
            <numerusform>{file} gibt {count} Bild verschiedene Labels; das erste zählt: {places}.</numerusform>
            <numerusform>{file} gibt {count} Bildern verschiedene Labels; das erste zählt: {places}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} gives {count} images different labels; they count as unlabelled: {places}.</source>
        <translation>
            <numerusform>{file} gibt {count} Bild verschiedene Labels; es zählt als ohne Label: {places}.</numerusform>
            <numerusform>{file} gibt {count} Bildern verschiedene Labels; sie zählen als ohne Label: {places}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} holds no names of classes.</source>
        <translation>{file} enthält keine Namen von Klassen.</translation>
    </message>
    <message>
        <source>{file} is not a network of this program.</source>
        <translation>{file} ist kein Netz dieses Programms.</translation>
    </message>
    <message>
        <source>{file} is not in UTF-8; it was read as {encoding}.</source>
        <translation>{file} ist nicht in UTF-8; gelesen als {encoding}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} lists {count} images again with the same label; the first row counts: {places}.</source>
        <translation>
            <numerusform>{file} führt {count} Bild noch einmal mit demselben Label auf; die erste Zeile zählt: {places}.</numerusform>
            <numerusform>{file} führt {count} Bilder noch einmal mit demselben Label auf; die erste Zeile zählt: {places}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file}: images from {column}, labels from {labels}; {count:,} images found.</source>
        <translation>
            <numerusform>{file}: Bilder aus {column}, Labels aus {labels}; {count:,} Bild gefunden.</numerusform>
            <numerusform>{file}: Bilder aus {column}, Labels aus {labels}; {count:,} Bilder gefunden.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file}: labels were taken from &apos;{label}&apos;; other columns may be meant: {names}.</source>
        <translation>{file}: Labels stammen aus „{label}“; gemeint sein können auch: {names}.</translation>
    </message>
    <message>
        <source>{folder} exists and is no demonstration of this app.</source>
        <translation>{folder} gibt es und ist keine Demo dieses Programms.</translation>
    </message>
    <message>
        <source>images of the kind {kind} are not read; convert it to PNG or JPEG</source>
        <translation>Bilder der Art {kind} werden nicht gelesen; wandeln Sie es in PNG oder JPEG um</translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images changed</source>
        <translation>
            <numerusform>{count:,} Bild geändert</numerusform>
            <numerusform>{count:,} Bilder geändert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{decided:,} of {count:,} suspects decided</source>
        <translation>
            <numerusform>{decided:,} von {count:,} Verdachtsfall entschieden</numerusform>
            <numerusform>{decided:,} von {count:,} Verdachtsfällen entschieden</numerusform>
        </translation>
    </message>
    <message>
        <source>which only the models trained here judge</source>
        <translation>die nur die hier trainierten Modelle beurteilen</translation>
    </message>
    <message>
        <source>The boxes of {file} cannot be written: {reason}.</source>
        <translation>Die Rahmen von {file} lassen sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The crops cannot be written to {target}: {reason}.</source>
        <translation>Die Ausschnitte lassen sich nicht nach {target} schreiben: {reason}.</translation>
    </message>
    <message>
        <source>{archive} was unpacked before, into {folder}.</source>
        <translation>{archive} wurde schon früher nach {folder} entpackt.</translation>
    </message>
    <message>
        <source>{archive} was unpacked into {folder}.</source>
        <translation>{archive} wurde nach {folder} entpackt.</translation>
    </message>
    <message numerus="yes">
        <source>{count:,} files = {parts}</source>
        <translation>
            <numerusform>{count:,} Datei = {parts}</numerusform>
            <numerusform>{count:,} Dateien = {parts}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} files are set aside</source>
        <translation>
            <numerusform>{count:,} Datei ist beiseitegelegt</numerusform>
            <numerusform>{count:,} Dateien sind beiseitegelegt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} files could not be read and are set aside.</source>
        <translation>
            <numerusform>{count:,} Datei konnte nicht gelesen werden und ist beiseitegelegt.</numerusform>
            <numerusform>{count:,} Dateien konnten nicht gelesen werden und sind beiseitegelegt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} files unpacked</source>
        <translation>
            <numerusform>{count:,} Datei entpackt</numerusform>
            <numerusform>{count:,} Dateien entpackt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} groups of duplicates</source>
        <translation>
            <numerusform>{count:,} Gruppe von Doppelten</numerusform>
            <numerusform>{count:,} Gruppen von Doppelten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images are decided.</source>
        <translation>
            <numerusform>{count:,} Bild ist entschieden.</numerusform>
            <numerusform>{count:,} Bilder sind entschieden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images are marked as checked by the model.</source>
        <translation>
            <numerusform>{count:,} Bild ist als vom Modell geprüft markiert.</numerusform>
            <numerusform>{count:,} Bilder sind als vom Modell geprüft markiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images are marked as unsure.</source>
        <translation>
            <numerusform>{count:,} Bild wird als unsicher markiert.</numerusform>
            <numerusform>{count:,} Bilder werden als unsicher markiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images are undecided: nobody has confirmed their labels.</source>
        <translation>
            <numerusform>{count:,} Bild ist offen: Niemand hat sein Label bestätigt.</numerusform>
            <numerusform>{count:,} Bilder sind offen: Niemand hat ihre Labels bestätigt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images are unsure.</source>
        <translation>
            <numerusform>{count:,} Bild ist unsicher.</numerusform>
            <numerusform>{count:,} Bilder sind unsicher.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} images moved up</source>
        <translation>
            <numerusform>{count:,} Bild ist vorgerückt</numerusform>
            <numerusform>{count:,} Bilder sind vorgerückt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count:,} rows of {file} are of no image here: {names}.</source>
        <translation>
            <numerusform>{count:,} Zeile von {file} gehört zu keinem Bild hier: {names}.</numerusform>
            <numerusform>{count:,} Zeilen von {file} gehören zu keinem Bild hier: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} members of the archive have other names now, because their own were taken or not every system could hold them: {names}.</source>
        <translation>
            <numerusform>{count} Datei des Archivs heißt jetzt anders, weil ihr Name vergeben war oder nicht auf jedem System erlaubt ist: {names}.</numerusform>
            <numerusform>{count} Dateien des Archivs heißen jetzt anders, weil ihre Namen vergeben waren oder nicht auf jedem System erlaubt sind: {names}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} cannot be read as boxes: {reason}.</source>
        <translation>{file} kann nicht als Rahmen gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}</source>
        <translation>{file} lässt sich nicht lesen: {reason}</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>{file} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be used: {reason}.</source>
        <translation>{file} lässt sich nicht verwenden: {reason}.</translation>
    </message>
    <message>
        <source>{file} has no row for it</source>
        <translation>{file} hat keine Zeile dafür</translation>
    </message>
    <message numerus="yes">
        <source>{file} has no row for {count:,} images, {what}: {names}.</source>
        <translation>
            <numerusform>{file} hat keine Zeile für {count:,} Bild, {what}: {names}.</numerusform>
            <numerusform>{file} hat keine Zeile für {count:,} Bilder, {what}: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {count:,} images again; their first rows count: {names}.</source>
        <translation>
            <numerusform>{file} hat {count:,} Bild noch einmal; seine erste Zeile gilt: {names}.</numerusform>
            <numerusform>{file} hat {count:,} Bilder noch einmal; ihre ersten Zeilen gelten: {names}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} names no images; its rows ({count:,}) were taken in the order of the images: the first is &apos;{first}&apos;, the last &apos;{last}&apos;.</source>
        <translation>{file} nennt keine Bilder; die Zeilen ({count:,}) wurden in der Reihenfolge der Bilder genommen: Das erste ist &apos;{first}&apos;, das letzte &apos;{last}&apos;.</translation>
    </message>
    <message>
        <source>{file} names what is not in {folder}: {names}</source>
        <translation>{file} nennt, was nicht in {folder} ist: {names}</translation>
    </message>
    <message>
        <source>{file}: columns that are no class here were left out: {names}.</source>
        <translation>{file}: Spalten, die hier keine Klasse sind, wurden weggelassen: {names}.</translation>
    </message>
    <message>
        <source>{file}: rows that do not add up to 1 were scaled.</source>
        <translation>{file}: Zeilen, die zusammen nicht 1 ergeben, wurden angepasst.</translation>
    </message>
    <message>
        <source>{folder} cannot be read: {reason}</source>
        <translation>{folder} kann nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>The images of {folder} lie only in its folder {inner}: the folders in that are the classes.</source>
        <translation>{folder} enthält Bilder nur im Ordner {inner}: Die Ordner darin sind die Klassen.</translation>
    </message>
    <message>
        <source>{folder} is a project, and a list of images needs a run.</source>
        <translation>{folder} ist ein Projekt, und eine Liste von Bildern braucht einen Lauf.</translation>
    </message>
    <message>
        <source>{folder} is inside the project.</source>
        <translation>{folder} liegt im Projekt.</translation>
    </message>
    <message>
        <source>{names} and {more} more</source>
        <translation>{names} und {more} weitere</translation>
    </message>
    <message>
        <source>{name} beside it notes {lines:,} lines with the last hash {last_hash}.</source>
        <translation>{name} daneben nennt {lines:,} Zeilen mit dem letzten Hash {last_hash}.</translation>
    </message>
    <message>
        <source>{name} cannot be read as a Parquet file.</source>
        <translation>{name} lässt sich nicht als Parquet-Datei lesen.</translation>
    </message>
    <message>
        <source>{name} cannot be read as {form}: {reason}.</source>
        <translation>{name} kann nicht als {form} gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{name} cannot be written as ONNX.</source>
        <translation>{name} lässt sich nicht als ONNX schreiben.</translation>
    </message>
    <message>
        <source>{name} does not give one feature vector per image.</source>
        <translation>{name} gibt nicht einen Merkmalsvektor je Bild.</translation>
    </message>
    <message>
        <source>{name} does not take images of {size} x {size} pixels.</source>
        <translation>{name} nimmt keine Bilder von {size} x {size} Pixeln.</translation>
    </message>
    <message>
        <source>{name} has more than one column named {names}.</source>
        <translation>{name} hat mehr als eine Spalte namens {names}.</translation>
    </message>
    <message>
        <source>{name} holds Python objects, which may be harmful</source>
        <translation>{name} enthält Python-Objekte, die schaden können</translation>
    </message>
    <message>
        <source>{name} holds weights of {architecture}.</source>
        <translation>{name} enthält Gewichte von {architecture}.</translation>
    </message>
    <message>
        <source>{name} is no list of texts</source>
        <translation>{name} ist keine Liste von Texten</translation>
    </message>
    <message>
        <source>{name} is no table of labels: it looks like {kind}.</source>
        <translation>{name} ist keine Tabelle mit Labels: es sieht aus wie {kind}.</translation>
    </message>
    <message>
        <source>{name} is not as long as it says</source>
        <translation>{name} ist nicht so lang, wie angegeben</translation>
    </message>
    <message>
        <source>{name} is not exact enough for this backbone (cosine {cosine:.4f}).</source>
        <translation>{name} ist für dieses Grundnetz nicht genau genug (Kosinus {cosine:.4f}).</translation>
    </message>
    <message>
        <source>{name} is set, but Dask is missing.</source>
        <translation>{name} ist gesetzt, aber Dask fehlt.</translation>
    </message>
    <message>
        <source>{name} line {line} has {count} fields, but the header names {width}.</source>
        <translation>{name} Zeile {line} hat {count} Felder, aber der Kopf nennt {width}.</translation>
    </message>
    <message>
        <source>{name} line {line} holds a zero character: this is no CSV file in UTF-8.</source>
        <translation>{name} Zeile {line} enthält ein Nullzeichen: Das ist keine CSV-Datei in UTF-8.</translation>
    </message>
    <message>
        <source>{name} line {line} is not text in {encoding}.</source>
        <translation>{name} Zeile {line} ist kein Text in {encoding}.</translation>
    </message>
    <message>
        <source>{name} line {line} is not valid JSON.</source>
        <translation>{name} Zeile {line} ist kein gültiges JSON.</translation>
    </message>
    <message>
        <source>{name} line {start} is not valid CSV: {reason}.</source>
        <translation>{name} Zeile {start} ist kein gültiges CSV: {reason}.</translation>
    </message>
    <message>
        <source>{name} names no column &apos;{column}&apos;; its columns are {names}.</source>
        <translation>{name} nennt keine Spalte „{column}“; die Spalten sind {names}.</translation>
    </message>
    <message>
        <source>{name} takes {size:.1f} GB at once</source>
        <translation>{name} braucht auf einmal {size:.1f} GB</translation>
    </message>
    <message>
        <source>{number:,} dropped</source>
        <translation>{number:,} aussortiert</translation>
    </message>
    <message>
        <source>{number:,} labelled</source>
        <translation>{number:,} mit Label</translation>
    </message>
    <message>
        <source>{number:,} set aside</source>
        <translation>{number:,} beiseitegelegt</translation>
    </message>
    <message>
        <source>{number:,} unsure</source>
        <translation>{number:,} unsicher</translation>
    </message>
    <message>
        <source>{number:,} without a label</source>
        <translation>{number:,} ohne Label</translation>
    </message>
    <message>
        <source>{number:,}, of which the first is used</source>
        <translation>{number:,}, von denen das erste benutzt wird</translation>
    </message>
    <message>
        <source>{option} needs a network, but --features gives its output.</source>
        <translation>{option} braucht ein Netz, aber --features gibt dessen Ausgabe.</translation>
    </message>
    <message>
        <source>{out} is neither a CSV nor a Parquet file.</source>
        <translation>{out} ist weder eine CSV- noch eine Parquet-Datei.</translation>
    </message>
    <message>
        <source>{out} is there already.</source>
        <translation>{out} gibt es schon.</translation>
    </message>
    <message>
        <source>{partial}, which the run needs for itself, is a link to another place.</source>
        <translation>{partial}, was der Lauf für sich braucht, ist eine Verknüpfung an einen anderen Ort.</translation>
    </message>
    <message>
        <source>{path} cannot be compared with itself.</source>
        <translation>{path} lässt sich nicht mit sich selbst vergleichen.</translation>
    </message>
    <message>
        <source>{path} cannot be made: {reason}.</source>
        <translation>{path} lässt sich nicht anlegen: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be read as weights.</source>
        <translation>{path} lässt sich nicht als Gewichte lesen.</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <translation>{path} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be repaired: {reason}.</source>
        <translation>{path} lässt sich nicht reparieren: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be written: {reason}.</source>
        <translation>{path} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot hold a name that is not valid text.</source>
        <translation>{path} kann keinen Namen aufnehmen, der kein gültiger Text ist.</translation>
    </message>
    <message>
        <source>{path} contradicts itself: {reason}.</source>
        <translation>{path} widerspricht sich: {reason}.</translation>
    </message>
    <message>
        <source>{path} could not be read while training: {reason}.</source>
        <translation>{path} ließ sich beim Training nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>{path} does not hold the weights of {name}: {problems}.</source>
        <translation>{path} enthält nicht die Gewichte von {name}: {problems}.</translation>
    </message>
    <message>
        <source>{path} exists.</source>
        <translation>{path} ist schon vorhanden.</translation>
    </message>
    <message>
        <source>{path} fits none of the common architectures. The nearest is {closest}: {problems}.</source>
        <translation>{path} passt zu keiner der üblichen Architekturen. Am nächsten ist {closest}: {problems}.</translation>
    </message>
    <message>
        <source>{path} holds no state dict but a {kind}.</source>
        <translation>{path} enthält kein state dict, sondern ein {kind}.</translation>
    </message>
    <message>
        <source>{path} is a link to another place.</source>
        <translation>{path} ist eine Verknüpfung an einen anderen Ort.</translation>
    </message>
    <message>
        <source>{path} is an LMDB database, for which a package is missing.</source>
        <translation>{path} ist eine LMDB-Datenbank, für die ein Paket fehlt.</translation>
    </message>
    <message>
        <source>{path} is no decision log.</source>
        <translation>{path} ist kein Entscheidungsprotokoll.</translation>
    </message>
    <message>
        <source>{path} is not as it was written: {problem}</source>
        <translation>{path} ist nicht mehr so, wie es geschrieben wurde: {problem}</translation>
    </message>
    <message>
        <source>{path} is not of the kind that this program made there.</source>
        <translation>{path} ist nicht von der Art, die dieses Programm dort angelegt hat.</translation>
    </message>
    <message>
        <source>{path} is not replaced: it is not a settings file.</source>
        <translation>{path} wird nicht ersetzt, denn das ist keine Einstellungsdatei.</translation>
    </message>
    <message>
        <source>{path} is not the file here that the first process has.</source>
        <translation>{path} ist hier nicht die Datei, die der erste Prozess hat.</translation>
    </message>
    <message>
        <source>{path} names no number of a box.</source>
        <translation>{path} nennt keine Nummer eines Rahmens.</translation>
    </message>
    <message>
        <source>{path} was damaged, so the options of the interrupted run are unknown. Checkpoints that belong to other options are computed again.</source>
        <translation>{path} war beschädigt, daher sind die Optionen des unterbrochenen Laufs unbekannt. Zwischenstände, die zu anderen Optionen gehören, werden neu berechnet.</translation>
    </message>
    <message>
        <source>{path} was made by a newer version of this program (schema {version}; this one knows {newest}).</source>
        <translation>{path} stammt von einer neueren Version dieses Programms (Schema {version}; diese kennt {newest}).</translation>
    </message>
    <message>
        <source>{program} --save-config FILE writes one.</source>
        <translation>{program} --save-config DATEI schreibt eine.</translation>
    </message>
    <message>
        <source>{repair} The newest backup is {backup}.</source>
        <translation>{repair} Die neueste Sicherung ist {backup}.</translation>
    </message>
    <message numerus="yes">
        <source>{shown:,} of {count:,} classes</source>
        <translation>
            <numerusform>{shown:,} von {count:,} Klasse</numerusform>
            <numerusform>{shown:,} von {count:,} Klassen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{shown:,} of {count:,} images</source>
        <translation>
            <numerusform>{shown:,} von {count:,} Bild</numerusform>
            <numerusform>{shown:,} von {count:,} Bildern</numerusform>
        </translation>
    </message>
    <message>
        <source>{size:,.0f} bytes</source>
        <translation>{size:,.0f} Byte</translation>
    </message>
    <message>
        <source>{size} were freed.</source>
        <translation>{size} wurden frei.</translation>
    </message>
    <message>
        <source>{size}, {megapixels:.1f} megapixels</source>
        <translation>{size}, {megapixels:.1f} Megapixel</translation>
    </message>
    <message>
        <source>{source} is a file, not a folder.</source>
        <translation>{source} ist eine Datei, kein Ordner.</translation>
    </message>
    <message>
        <source>{source} is a project, which has its decisions.</source>
        <translation>{source} ist ein Projekt, das seine Entscheidungen schon hat.</translation>
    </message>
    <message>
        <source>{source} is a project: its state is exported, nothing is trained.</source>
        <translation>{source} ist ein Projekt: Sein Stand wird exportiert, nichts wird trainiert.</translation>
    </message>
    <message>
        <source>{source} is an archive.</source>
        <translation>{source} ist ein Archiv.</translation>
    </message>
    <message>
        <source>{source} is no project, so nobody has decided about it.</source>
        <translation>{source} ist kein Projekt, also hat niemand darüber entschieden.</translation>
    </message>
    <message>
        <source>{target} cannot hold results.</source>
        <translation>{target} kann keine Ergebnisse aufnehmen.</translation>
    </message>
    <message>
        <source>{target} is a file that the run reads.</source>
        <translation>{target} ist eine Datei, die der Lauf liest.</translation>
    </message>
    <message>
        <source>{target} is a file.</source>
        <translation>{target} ist eine Datei.</translation>
    </message>
    <message>
        <source>{text!r} is not a number of gigabytes.</source>
        <translation>{text!r} ist keine Zahl von Gigabytes.</translation>
    </message>
    <message>
        <source>{width:,} × {height:,} pixels</source>
        <translation>{width:,} × {height:,} Pixel</translation>
    </message>
</context>
<context>
    <name>MoveController</name>
    <message>
        <source>Into which folder should the project move?</source>
        <translation>In welchen Ordner soll das Projekt verschoben werden?</translation>
    </message>
</context>
<context>
    <name>NextStrip</name>
    <message>
        <source>Previous and next images</source>
        <translation>Vorige und nächste Bilder</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>aussortiert</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
</context>
<context>
    <name>NoticeStack</name>
    <message>
        <source>Something unexpected went wrong: {0}</source>
        <translation>Etwas Unerwartetes ging schief: {0}</translation>
    </message>
    <message>
        <source>Your decisions are saved, and you can keep working.</source>
        <translation>Ihre Entscheidungen sind gespeichert; Sie können weitermachen.</translation>
    </message>
</context>
<context>
    <name>Numbers</name>
    <message>
        <source>{0}%</source>
        <translation>{0}&#xa0;%</translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>Augmentations</source>
        <translation>Augmentierungen</translation>
    </message>
    <message>
        <source>Augments every image, so that each has a consistency. Otherwise only the images that the plain image leaves in doubt are augmented: the others change no verdict, and the run is faster.</source>
        <translation>Augmentiert jedes Bild, damit jedes eine Konsistenz hat. Sonst werden nur Bilder augmentiert, bei denen das Bild selbst Zweifel lässt: Die anderen ändern kein Urteil, und der Lauf ist schneller.</translation>
    </message>
    <message>
        <source>Backbone</source>
        <translation>Grundnetz</translation>
    </message>
    <message>
        <source>Class probabilities of a model of your own, by path and class name: one more opinion beside those of the models trained here. Your model must not have trained on the image that it judges (cross-validation).</source>
        <translation>Klassenwahrscheinlichkeiten eines eigenen Modells, nach Pfad und Klasse: eine Meinung mehr neben denen der hier trainierten Modelle. Ihr Modell darf auf dem Bild, das es beurteilt, nicht trainiert haben (Kreuzvalidierung).</translation>
    </message>
    <message>
        <source>Dimension</source>
        <translation>Dimension</translation>
    </message>
    <message>
        <source>Downloaded once from the Hugging Face Hub, which learns the network&apos;s name and no image.</source>
        <translation>Einmal vom Hugging Face Hub geladen, der den Namen des Netzes erfährt und kein Bild.</translation>
    </message>
    <message>
        <source>EfficientNet-Lite0, built in</source>
        <translation>EfficientNet-Lite0, eingebaut</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>Every image is judged by models that did not train on it; with more folds each model sees more of the images and training takes longer.</source>
        <translation>Jedes Bild wird von Modellen beurteilt, die nicht mit ihm trainiert haben; mit mehr Teilen sieht jedes Modell mehr Bilder, und das Training dauert länger.</translation>
    </message>
    <message>
        <source>Features of a network of your own instead of a backbone: a row of numbers for each image, with its path in NPZ and Parquet, or in the order of the images in NPY.</source>
        <translation>Merkmale eines eigenen Netzes statt eines Grundnetzes: eine Zeile von Zahlen je Bild, in NPZ und Parquet mit seinem Pfad, in NPY in der Reihenfolge der Bilder.</translation>
    </message>
    <message>
        <source>Features of your own</source>
        <translation>Eigene Merkmale</translation>
    </message>
    <message>
        <source>Fine-tune the network</source>
        <translation>Netz nachtrainieren</translation>
    </message>
    <message>
        <source>Fine-tuning epochs</source>
        <translation>Epochen des Nachtrainierens</translation>
    </message>
    <message>
        <source>Fine-tuning memory</source>
        <translation>Speicher des Nachtrainierens</translation>
    </message>
    <message>
        <source>Finer shapes and textures, on a graphics card. (Apache-2.0, 346 MB, 224 px)</source>
        <translation>Feinere Formen und Texturen, mit Grafikkarte. (Apache-2.0, 346 MB, 224 px)</translation>
    </message>
    <message>
        <source>Folds</source>
        <translation>Teile (Folds)</translation>
    </message>
    <message>
        <source>From the second epoch on, each batch is also compared with this many images of earlier batches (cross-batch memory).</source>
        <translation>Von der zweiten Epoche an wird jeder Stapel auch mit so vielen Bildern früherer Stapel verglichen (Cross-Batch-Memory).</translation>
    </message>
    <message>
        <source>Knows what photographs show, by texts in English.</source>
        <translation>Kennt, was Fotos zeigen, nach Texten auf Englisch.</translation>
    </message>
    <message>
        <source>Number of coordinates of an image&apos;s embedding in the hyperbolic ball.</source>
        <translation>Zahl der Koordinaten eines Bildes in der hyperbolischen Kugel.</translation>
    </message>
    <message>
        <source>Pair loss</source>
        <translation>Paarverlust</translation>
    </message>
    <message>
        <source>Passes</source>
        <translation>Durchgänge</translation>
    </message>
    <message>
        <source>Passes over the images in each fold while a model trains.</source>
        <translation>Durchläufe durch die Bilder in jedem Teil, während ein Modell trainiert.</translation>
    </message>
    <message>
        <source>Passes over the images while the network trains.</source>
        <translation>Durchläufe durch die Bilder, während das Netz trainiert.</translation>
    </message>
    <message>
        <source>Photographs of everyday things. (Apache-2.0, 114 MB, 192 px)</source>
        <translation>Fotos von Alltagsdingen. (Apache-2.0, 114 MB, 192 px)</translation>
    </message>
    <message>
        <source>Probabilities of your own</source>
        <translation>Eigene Wahrscheinlichkeiten</translation>
    </message>
    <message>
        <source>Products, logos and scenes, on a graphics card. (Apache-2.0, 372 MB, 224 px)</source>
        <translation>Produkte, Logos und Szenen, mit Grafikkarte. (Apache-2.0, 372 MB, 224 px)</translation>
    </message>
    <message>
        <source>Shapes and textures of any kind. (Apache-2.0, 88 MB, 224 px)</source>
        <translation>Formen und Texturen aller Art. (Apache-2.0, 88 MB, 224 px)</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startzahl</translation>
    </message>
    <message>
        <source>Augment every image</source>
        <translation>Jedes Bild augmentieren</translation>
    </message>
    <message>
        <source>Slightly altered copies of each image; where they disagree, the image is judged with caution. Each takes as long as extracting features from the image itself.</source>
        <translation>Leicht veränderte Kopien jedes Bildes; wo sie nicht übereinstimmen, wird das Bild vorsichtig beurteilt. Jede kostet so viel Zeit wie das Berechnen der Merkmale des Bildes selbst.</translation>
    </message>
    <message>
        <source>The network that turns an image into features: the name of a torchvision or timm model, which is downloaded once, or a checkpoint file.</source>
        <translation>Das Netz, das ein Bild in Merkmale verwandelt: der Name eines Modells aus torchvision oder timm, das einmal geladen wird, oder eine Datei mit Gewichten.</translation>
    </message>
    <message>
        <source>The pair-based loss that AHSML builds on.</source>
        <translation>Der Verlust über Paare, auf den AHSML gesetzt wird.</translation>
    </message>
    <message>
        <source>The same seed gives the same result on the same machine, nearly the same on a graphics card.</source>
        <translation>Die gleiche Startzahl gibt auf dem gleichen Rechner das gleiche Ergebnis, auf einer Grafikkarte fast das gleiche.</translation>
    </message>
    <message>
        <source>The second pass trains on the labels that the first one found likely to be right.</source>
        <translation>Der zweite Durchgang lernt aus dem, was der erste für wohl richtig befand.</translation>
    </message>
    <message>
        <source>Thorough fine-tuning</source>
        <translation>Gründlich nachtrainieren</translation>
    </message>
    <message>
        <source>Trains the whole network on your images, not only the head on top of it. It takes many times as long, least on a graphics card; where it brings no gain, it changes nothing.</source>
        <translation>Trainiert das ganze Netz auf Ihren Bildern, nicht nur, was darauf sitzt. Es dauert um ein Vielfaches länger, am wenigsten auf einer Grafikkarte; wo es nichts bringt, ändert es nichts.</translation>
    </message>
    <message>
        <source>Without a graphics card only the last stages of the network are trained, on what the others make of a few augmentations of each image. This trains the middle stages too, on new augmentations in each epoch, and takes longer. A graphics card always does so.</source>
        <translation>Ohne Grafikkarte werden nur die letzten Stufen des Netzes trainiert, auf dem, was die übrigen aus einigen veränderten Kopien jedes Bildes machen. Dies trainiert auch die mittleren, auf neuen Kopien in jeder Epoche, und dauert länger. Eine Grafikkarte tut das immer.</translation>
    </message>
    <message>
        <source>a backbone</source>
        <translation>ein Grundnetz</translation>
    </message>
    <message>
        <source>by the number of images</source>
        <translation>nach der Zahl der Bilder</translation>
    </message>
</context>
<context>
    <name>OwnModelFiles</name>
    <message>
        <source>Your own model</source>
        <translation>Ihr eigenes Modell</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Use no file of your own model</source>
        <translation>Keine Datei des eigenen Modells verwenden</translation>
    </message>
    <message>
        <source>Numbers of your own model (*.npz *.npy *.parquet *.csv)</source>
        <translation>Zahlen Ihres eigenen Modells (*.npz *.npy *.parquet *.csv)</translation>
    </message>
</context>
<context>
    <name>PairsModel</name>
    <message>
        <source>Given → suggested</source>
        <translation>Gegeben → vorgeschlagen</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Expected number of wrong labels: the sum of the error probabilities</source>
        <translation>Erwartete Zahl falscher Labels: die Summe der Fehlerwahrscheinlichkeiten</translation>
    </message>
    <message>
        <source>Images that came with the first label and were given the second one</source>
        <translation>Bilder, die mit dem ersten Label kamen und das zweite bekommen haben</translation>
    </message>
</context>
<context>
    <name>PairsTable</name>
    <message>
        <source>Most confused pairs</source>
        <translation>Am häufigsten verwechselt</translation>
    </message>
</context>
<context>
    <name>Peek</name>
    <message>
        <source>A look at another image</source>
        <translation>Ein Blick auf ein anderes Bild</translation>
    </message>
    <message>
        <source>Review this image</source>
        <translation>Dieses Bild prüfen</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>Only a look: “{0}”</source>
        <translation>Nur ein Blick: „{0}“</translation>
    </message>
    <message>
        <source>Back ({0})</source>
        <translation>Zurück ({0})</translation>
    </message>
</context>
<context>
    <name>PictureFollower</name>
    <message>
        <source>This image cannot be shown</source>
        <translation>Dieses Bild lässt sich nicht anzeigen</translation>
    </message>
</context>
<context>
    <name>PictureRow</name>
    <message>
        <source>{0} of {1}: {2} {3}</source>
        <translation>{0} von {1}: {2} {3}</translation>
    </message>
</context>
<context>
    <name>PlaneChoice</name>
    <message>
        <source>the first</source>
        <translation>das erste</translation>
    </message>
    <message>
        <source>the brightest of all (maximum projection)</source>
        <translation>der hellste Wert aus allen (Maximumprojektion)</translation>
    </message>
    <message>
        <source>number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>What is read of several pages or channels</source>
        <translation>Was von mehreren Seiten oder Kanälen gelesen wird</translation>
    </message>
    <message>
        <source>Number of the page or channel</source>
        <translation>Nummer der Seite oder des Kanals</translation>
    </message>
    <message>
        <source>Of several pages or channels is read</source>
        <translation>Von mehreren Seiten oder Kanälen wird gelesen</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Tasten ändern …</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>New projects</source>
        <translation>Neue Projekte</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Zwischenspeicher</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Ordner zeigen</translation>
    </message>
</context>
<context>
    <name>PresetChoice</name>
    <message>
        <source>Quick</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <source>One pass, with one altered copy of each image in doubt. For a first impression.</source>
        <translation>Ein Durchgang, mit einer veränderten Kopie jedes zweifelhaften Bildes. Für einen ersten Eindruck.</translation>
    </message>
    <message>
        <source>less time</source>
        <translation>weniger Zeit</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>Two passes, with four altered copies of each image in doubt. The best measured settings.</source>
        <translation>Zwei Durchgänge, mit vier veränderten Kopien jedes zweifelhaften Bildes. Die besten gemessenen Einstellungen.</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>Gründlich</translation>
    </message>
    <message>
        <source>Six altered copies of each image in doubt and eight folds, so that each model sees more images.</source>
        <translation>Sechs veränderte Kopien jedes zweifelhaften Bildes und acht Teile, sodass jedes Modell mehr Bilder sieht.</translation>
    </message>
    <message>
        <source>more time</source>
        <translation>mehr Zeit</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>Image in the whole window</source>
        <translation>Bild über das ganze Fenster</translation>
    </message>
    <message>
        <source>← →  browse     + −  zoom     Space  close</source>
        <translation>← →  blättern     + −  vergrößern     Leertaste  schließen</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>aussortiert</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
</context>
<context>
    <name>ProgressTexts</name>
    <message>
        <source>found per expected wrong label</source>
        <translation>gefunden je erwartetem falschen Label</translation>
    </message>
    <message>
        <source>Share of wrong labels among the latest images; dashed: expected</source>
        <translation>Anteil falscher Labels unter den letzten Bildern; gestrichelt: erwartet</translation>
    </message>
    <message>
        <source>wrong labels left (estimate)</source>
        <translation>falsche Labels übrig (geschätzt)</translation>
    </message>
    <message>
        <source>images per hour</source>
        <translation>Bilder pro Stunde</translation>
    </message>
    <message>
        <source>Expected wrong labels among the next images</source>
        <translation>Erwartete falsche Labels unter den nächsten Bildern</translation>
    </message>
    <message>
        <source>Wrong labels left (estimate)</source>
        <translation>Falsche Labels übrig (geschätzt)</translation>
    </message>
    <message>
        <source>Wrong labels found; dashed: expected for the same images</source>
        <translation>Gefundene falsche Labels; gestrichelt: für dieselben Bilder erwartet</translation>
    </message>
    <message>
        <source>Images decided per hour</source>
        <translation>Entschiedene Bilder pro Stunde</translation>
    </message>
    <message>
        <source>Next images, most suspect first</source>
        <translation>Nächste Bilder, die verdächtigsten zuerst</translation>
    </message>
    <message>
        <source>Images decided</source>
        <translation>Entschiedene Bilder</translation>
    </message>
    <message>
        <source>Hours of work, excluding breaks</source>
        <translation>Arbeitsstunden ohne Pausen</translation>
    </message>
    <message>
        <source>Images reviewed</source>
        <translation>Durchgesehene Bilder</translation>
    </message>
    <message>
        <source>fewer than 1 in 20 are wrong from here on</source>
        <translation>ab hier ist weniger als 1 von 20 falsch</translation>
    </message>
    <message>
        <source>after a few more decisions</source>
        <translation>nach einigen weiteren Entscheidungen</translation>
    </message>
    <message>
        <source>All images with a decision, including bulk decisions.</source>
        <translation>Alle Bilder mit einer Entscheidung, auch die auf einmal entschiedenen.</translation>
    </message>
    <message>
        <source>Above 1, you find more wrong labels than predicted; below 1, fewer.</source>
        <translation>Über 1 finden Sie mehr falsche Labels als vorhergesagt, unter 1 weniger.</translation>
    </message>
    <message>
        <source>Drag the line, or move it with the arrow keys (hold Shift for single steps). It shows how many wrong labels to expect if you continue with the most suspect images. The band is meant to hold for 95 of 100 data sets.</source>
        <translation>Die Linie ziehen oder mit den Pfeiltasten bewegen (mit Umschalt in Einzelschritten). Sie zeigt, wie viele falsche Labels zu erwarten sind, wenn Sie mit den verdächtigsten Bildern weitermachen. Das Band soll für 95 von 100 Datensätzen gelten.</translation>
    </message>
    <message>
        <source>Computed from the last tenth of the reviewed images, but at least 20. The band is the 95% Wilson interval.</source>
        <translation>Berechnet aus dem letzten Zehntel der durchgesehenen Bilder, aber mindestens 20. Das Band ist das Wilson-Intervall (95 %).</translation>
    </message>
    <message>
        <source>Decisions on at most {0} images at once, by their times in the journal. Breaks longer than two minutes do not count.</source>
        <translation>Entscheidungen über höchstens {0} Bilder auf einmal, nach ihren Zeiten im Journal. Pausen von mehr als zwei Minuten zählen nicht.</translation>
    </message>
    <message>
        <source>Wrong labels by these alone, when it was drawn: about {0} ({1}).</source>
        <translation>Falsche Labels nach diesen allein, als sie gezogen wurde: etwa {0} ({1}).</translation>
    </message>
    <message>
        <source>You can stop: probably no wrong label is left.</source>
        <translation>Sie können aufhören: Wahrscheinlich ist kein falsches Label übrig.</translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>etwa {0}</translation>
    </message>
    <message>
        <source>The sum of the error probabilities of the undecided images, corrected by your decisions: where more labels were wrong than predicted, similar probabilities are raised. A few of your verdicts may be wrong too, which the correction allows for. The interval is meant to hold for 95 of 100 data sets. The correction is this program&apos;s own.</source>
        <translation>Die Summe der Fehlerwahrscheinlichkeiten der offenen Bilder, berichtigt nach Ihren Entscheidungen: Wo mehr Labels falsch waren als vorhergesagt, werden ähnliche Wahrscheinlichkeiten angehoben. Auch Sie können sich ab und zu irren, was die Berichtigung berücksichtigt. Der Bereich soll für 95 von 100 Datensätzen gelten. Die Berichtigung ist eine eigene dieses Programms.</translation>
    </message>
    <message>
        <source>Counts the images whose label you judged individually (at most {0} in one step): kept or relabelled. Dropping an image or splitting it off to a class of your own says nothing about its label, unless the label was more probably wrong than right; then it counts as wrong. The expected number is the sum of the error probabilities when you decided.</source>
        <translation>Zählt die Bilder, deren Label Sie einzeln beurteilt haben (höchstens {0} in einem Schritt): behalten oder geändert. Ein Bild auszusortieren oder in eine eigene Klasse abzuspalten sagt nichts über sein Label, außer es war eher falsch als richtig; dann zählt es als falsch. Erwartet ist die Summe der Fehlerwahrscheinlichkeiten zur Zeit der Entscheidung.</translation>
    </message>
    <message>
        <source>All images are decided.</source>
        <translation>Alle Bilder sind entschieden.</translation>
    </message>
    <message>
        <source>About {0} wrong labels are left ({1}).</source>
        <translation>Etwa {0} falsche Labels sind übrig ({1}).</translation>
    </message>
    <message>
        <source> (about {0} min)</source>
        <translation> (etwa {0} min)</translation>
    </message>
    <message>
        <source> (about {0} h)</source>
        <translation> (etwa {0} h)</translation>
    </message>
</context>
<context>
    <name>ProgressView</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Durchsicht</translation>
    </message>
    <message>
        <source>Compare trainings</source>
        <translation>Trainings vergleichen</translation>
    </message>
    <message>
        <source>Self-test</source>
        <translation>Selbsttest</translation>
    </message>
</context>
<context>
    <name>ProjectController</name>
    <message>
        <source>Open a folder of images</source>
        <translation>Einen Ordner mit Bildern öffnen</translation>
    </message>
    <message>
        <source>Manifests (*.csv *.tsv *.txt *.json *.jsonl *.ndjson *.parquet *.pq)</source>
        <translation>Manifeste (*.csv *.tsv *.txt *.json *.jsonl *.ndjson *.parquet *.pq)</translation>
    </message>
    <message>
        <source>Archives of images ({0})</source>
        <translation>Archive von Bildern ({0})</translation>
    </message>
    <message>
        <source>Open a table of images and labels</source>
        <translation>Eine Tabelle von Bildern und Labels öffnen</translation>
    </message>
    <message>
        <source>Open a project folder</source>
        <translation>Einen Projektordner öffnen</translation>
    </message>
    <message>
        <source>Where is {0} now?</source>
        <translation>Wo ist {0} jetzt?</translation>
    </message>
    <message>
        <source>Where are the images?</source>
        <translation>Wo sind die Bilder?</translation>
    </message>
    <message>
        <source>May this project read its images and labels here?</source>
        <translation>Darf dieses Projekt seine Bilder und Labels hier lesen?</translation>
    </message>
    <message>
        <source>You have not opened it here before. A project from somebody else can name any folder and file of this computer, and an export copies images and labels from there.</source>
        <translation>Sie haben es hier noch nicht geöffnet. Ein Projekt von jemand anderem kann jeden Ordner und jede Datei dieses Rechners nennen, und ein Export kopiert Bilder und Labels von dort.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>Demo</translation>
    </message>
</context>
<context>
    <name>ProjectQuestion</name>
    <message>
        <source>Open images</source>
        <translation>Bilder öffnen</translation>
    </message>
    <message>
        <source>The project {0} has these images and labels already.</source>
        <translation>Das Projekt {0} hat diese Bilder und Labels schon.</translation>
    </message>
    <message>
        <source>The project {0} has these images, with labels from elsewhere.</source>
        <translation>Das Projekt {0} hat diese Bilder, mit Labels von anderswo.</translation>
    </message>
    <message>
        <source>Open the project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Make another project</source>
        <translation>Noch ein Projekt anlegen</translation>
    </message>
    <message>
        <source>Its labels come from {0}.</source>
        <translation>Seine Labels kommen aus {0}.</translation>
    </message>
    <message>
        <source>Its labels come from the path pattern {0}.</source>
        <translation>Seine Labels kommen aus dem Pfadmuster {0}.</translation>
    </message>
    <message>
        <source>Its labels come from the class folders.</source>
        <translation>Seine Labels kommen aus den Klassenordnern.</translation>
    </message>
</context>
<context>
    <name>QuarantineTable</name>
    <message>
        <source>Files set aside</source>
        <translation>Beiseitegelegte Dateien</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
</context>
<context>
    <name>RecentCard</name>
    <message>
        <source>Locate…</source>
        <translation>Suchen …</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Remove from this list; no file is deleted</source>
        <translation>Aus dieser Liste nehmen; keine Datei wird gelöscht</translation>
    </message>
    <message>
        <source>Remove {0} from the list</source>
        <translation>{0} aus der Liste nehmen</translation>
    </message>
    <message>
        <source>Locate {0}</source>
        <translation>{0} suchen</translation>
    </message>
    <message>
        <source>Open {0}</source>
        <translation>{0} öffnen</translation>
    </message>
    <message>
        <source>Folder not found. Locate it, or remove it from this list.</source>
        <translation>Ordner nicht gefunden. Suchen Sie ihn, oder nehmen Sie ihn aus der Liste.</translation>
    </message>
    <message>
        <source>{0} flagged</source>
        <translation>{0} markiert</translation>
    </message>
    <message>
        <source>{0} decided</source>
        <translation>{0} entschieden</translation>
    </message>
    <message>
        <source>not trained yet</source>
        <translation>noch nicht trainiert</translation>
    </message>
    <message>
        <source>its training can go on</source>
        <translation>sein Training kann weitergehen</translation>
    </message>
    <message>
        <source>opened today</source>
        <translation>heute geöffnet</translation>
    </message>
    <message>
        <source>opened yesterday</source>
        <translation>gestern geöffnet</translation>
    </message>
    <message>
        <source>opened on {0}</source>
        <translation>geöffnet am {0}</translation>
    </message>
</context>
<context>
    <name>RetrainSummary</name>
    <message>
        <source>What the training changed</source>
        <translation>Was das Training geändert hat</translation>
    </message>
    <message>
        <source>Trained again with your decisions</source>
        <translation>Mit Ihren Entscheidungen neu trainiert</translation>
    </message>
    <message>
        <source>of the decided labels were wrong</source>
        <translation>der entschiedenen Labels waren falsch</translation>
    </message>
    <message>
        <source>wrong labels left</source>
        <translation>falsche Labels übrig</translation>
    </message>
    <message>
        <source>newly flagged</source>
        <translation>neu markiert</translation>
    </message>
    <message>
        <source>Moved up most</source>
        <translation>Am weitesten aufgestiegen</translation>
    </message>
    <message>
        <source>Images that moved up</source>
        <translation>Aufgestiegene Bilder</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close the summary</source>
        <translation>Die Zusammenfassung schließen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compares this training with the one before, image by image</source>
        <translation>Dieses Training neben dem vorigen, Bild für Bild</translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>etwa {0}</translation>
    </message>
    <message>
        <source>wrong labels left (before: about {0})</source>
        <translation>falsche Labels übrig (vorher: etwa {0})</translation>
    </message>
    <message>
        <source>Best estimate: {0}, among the undecided images.</source>
        <translation>Beste Schätzung: {0}, unter den offenen Bildern.</translation>
    </message>
</context>
<context>
    <name>ReviewMode</name>
    <message>
        <source>Review in full screen</source>
        <translation>Durchsicht im Vollbild</translation>
    </message>
    <message>
        <source>{0} {1}  browse     {2} or Esc  leave</source>
        <translation>{0} {1}  blättern     {2} oder Esc  verlassen</translation>
    </message>
</context>
<context>
    <name>ReviewProgressBar</name>
    <message>
        <source>Progress of the review</source>
        <translation>Fortschritt der Durchsicht</translation>
    </message>
    <message>
        <source>All {0} decided</source>
        <translation>Alle {0} entschieden</translation>
    </message>
    <message>
        <source>{0} of {1} decided</source>
        <translation>{0} von {1} entschieden</translation>
    </message>
</context>
<context>
    <name>ReviewStatus</name>
    <message>
        <source>Decided images</source>
        <translation>Entschiedene Bilder</translation>
    </message>
    <message>
        <source>Errors left</source>
        <translation>Übrige Fehler</translation>
    </message>
    <message>
        <source>{0} of {1} decided</source>
        <translation>{0} von {1} entschieden</translation>
    </message>
</context>
<context>
    <name>ReviewTab</name>
    <message>
        <source>Not trained yet</source>
        <translation>Noch nicht trainiert</translation>
    </message>
    <message>
        <source>After a training, this page shows how many wrong labels to expect, and later how many of them you have found.</source>
        <translation>Nach einem Training steht hier, wie viele falsche Labels es geben mag, und später, wie viele davon gefunden sind.</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Reading the journal…</source>
        <translation>Das Journal wird gelesen …</translation>
    </message>
    <message>
        <source>The progress cannot be computed</source>
        <translation>Der Fortschritt lässt sich nicht berechnen</translation>
    </message>
    <message>
        <source>{0}. Your decisions are saved; the details are in the log.</source>
        <translation>{0}. Ihre Entscheidungen sind gespeichert; Näheres steht im Protokoll.</translation>
    </message>
    <message>
        <source>Accept what looks right…</source>
        <translation>Annehmen, was richtig aussieht …</translation>
    </message>
    <message>
        <source>Nothing decided yet</source>
        <translation>Noch nichts entschieden</translation>
    </message>
    <message>
        <source>Your pace and the wrong labels found and left appear here as you decide.</source>
        <translation>Ihr Tempo und die gefundenen und verbleibenden falschen Labels erscheinen hier, sobald Sie entscheiden.</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Durchsicht</translation>
    </message>
    <message>
        <source>{0} found, {1} expected</source>
        <translation>{0} gefunden, {1} erwartet</translation>
    </message>
</context>
<context>
    <name>ReviewersController</name>
    <message>
        <source>Who decides</source>
        <translation>Wer entscheidet</translation>
    </message>
    <message>
        <source>Your name, which the journal records with each decision:</source>
        <translation>Ihr Name, den das Journal mit jeder Entscheidung festhält:</translation>
    </message>
</context>
<context>
    <name>Saver</name>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Save the confusion matrix</source>
        <translation>Verwechslungsmatrix speichern</translation>
    </message>
    <message>
        <source>Saved as {0}.</source>
        <translation>Gespeichert als {0}.</translation>
    </message>
</context>
<context>
    <name>Score</name>
    <message>
        <source>{0} over the training</source>
        <translation>{0} über das Training</translation>
    </message>
</context>
<context>
    <name>SelectionMosaic</name>
    <message>
        <source>Selected images</source>
        <translation>Ausgewählte Bilder</translation>
    </message>
</context>
<context>
    <name>SelectionView</name>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare the selected images</source>
        <translation>Die ausgewählten Bilder vergleichen</translation>
    </message>
    <message>
        <source>Two to four images at one zoom</source>
        <translation>Zwei bis vier Bilder in einer Vergrößerung</translation>
    </message>
    <message>
        <source>Decided already</source>
        <translation>Schon entschieden</translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>etwa {0}</translation>
    </message>
    <message>
        <source>Wrong among undecided images</source>
        <translation>Falsch unter offenen Bildern</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>Labelled “{0}”</source>
        <translation>Label „{0}“</translation>
    </message>
</context>
<context>
    <name>SelfTestTab</name>
    <message>
        <source>Test again</source>
        <translation>Erneut testen</translation>
    </message>
    <message>
        <source>It waits for the running job.</source>
        <translation>Er wartet auf die laufende Arbeit.</translation>
    </message>
    <message>
        <source>at random</source>
        <translation>zufällig</translation>
    </message>
    <message>
        <source>to the nearest class</source>
        <translation>in die nächste Klasse</translation>
    </message>
    <message>
        <source>within a branch of the class tree</source>
        <translation>in einem Ast des Klassenbaums</translation>
    </message>
    <message>
        <source>Not trained yet</source>
        <translation>Noch nicht trainiert</translation>
    </message>
    <message>
        <source>After a training, this page tests its scores on your own images.</source>
        <translation>Nach einem Training testet diese Seite dessen Werte an Ihren eigenen Bildern.</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Wrong labels are planted in a copy of your labels, and the same training looks for them. You see what share of them a review finds, whether the probabilities are right, and whether wrong labels are counted right. Your labels and scores stay as they are.</source>
        <translation>In eine Kopie Ihrer Labels werden falsche eingebaut, und dasselbe Training sucht sie. Sie sehen, welchen Anteil davon eine Durchsicht findet, ob die Wahrscheinlichkeiten stimmen und ob falsche Labels richtig gezählt werden. Ihre Labels und Werte bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>It takes about {0}.</source>
        <translation>Das dauert etwa {0}.</translation>
    </message>
    <message>
        <source>Test the scores on your own images</source>
        <translation>Die Werte an den eigenen Bildern testen</translation>
    </message>
    <message>
        <source>Start the self-test</source>
        <translation>Selbsttest starten</translation>
    </message>
    <message>
        <source>The self-test is running</source>
        <translation>Der Selbsttest läuft</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Images reviewed, most suspect first</source>
        <translation>Durchgesehene Bilder, verdächtigste zuerst</translation>
    </message>
    <message>
        <source>Error probability</source>
        <translation>Fehlerwahrscheinlichkeit</translation>
    </message>
    <message>
        <source>found in the first {0}, planted {1}</source>
        <translation>in den ersten {0} gefunden, eingebaut {1}</translation>
    </message>
    <message>
        <source>Planted errors found; dashed: in random order</source>
        <translation>Gefundene eingebaute Fehler; gestrichelt: in zufälliger Reihenfolge</translation>
    </message>
    <message>
        <source>Share of wrong labels by probability; dashed: as it should be</source>
        <translation>Anteil falscher Labels nach Wahrscheinlichkeit; gestrichelt: wie er sein sollte</translation>
    </message>
    <message>
        <source>Planted errors counted</source>
        <translation>Gezählte eingebaute Fehler</translation>
    </message>
    <message>
        <source>Suspects of your own labels take no place as far as they are probably wrong.</source>
        <translation>Verdachtsfälle Ihrer eigenen Labels nehmen keinen Platz ein, soweit sie wahrscheinlich falsch sind.</translation>
    </message>
    <message>
        <source>Images without a planted error count as wrong with the probability that they had before. Groups of fewer than ten images are not drawn.</source>
        <translation>Bilder ohne eingebauten Fehler zählen als falsch mit der Wahrscheinlichkeit, die sie zuvor hatten. Gruppen von weniger als zehn Bildern sind nicht gezeichnet.</translation>
    </message>
    <message>
        <source>Counted is the estimated number of wrong labels with the planted errors, less the one without them.</source>
        <translation>Gezählt ist die geschätzte Zahl falscher Labels mit den eingebauten Fehlern, abzüglich der ohne sie.</translation>
    </message>
    <message>
        <source>Wrong labels</source>
        <translation>Falsche Labels</translation>
    </message>
    <message>
        <source>Planted</source>
        <translation>Eingebaut</translation>
    </message>
    <message>
        <source>Counted</source>
        <translation>Gezählt</translation>
    </message>
    <message>
        <source>95% interval</source>
        <translation>95-%-Bereich</translation>
    </message>
    <message>
        <source>Interval holds</source>
        <translation>Bereich stimmt</translation>
    </message>
    <message>
        <source>Calibration error</source>
        <translation>Kalibrierungsfehler</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
</context>
<context>
    <name>SetAsideDialog</name>
    <message>
        <source>Files set aside</source>
        <translation>Beiseitegelegte Dateien</translation>
    </message>
    <message>
        <source>They are in no training and in no export but quarantine.csv. A file that you repair or replace is tried again by itself.</source>
        <translation>Sie sind in keinem Training und in keinem Export außer quarantine.csv. Eine Datei, die Sie reparieren oder ersetzen, wird von selbst noch einmal versucht.</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>The next training tries the unreadable images once more</source>
        <translation>Das nächste Training versucht die nicht lesbaren Bilder noch einmal</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The next training tries them again.</source>
        <translation>Das nächste Training versucht sie noch einmal.</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Find an action or a shortcut</source>
        <translation>Eine Aktion oder ein Tastenkürzel suchen</translation>
    </message>
    <message>
        <source>To change a shortcut, click it and press another key. Esc leaves it.</source>
        <translation>Um ein Kürzel zu ändern, klicken Sie darauf und drücken eine andere Taste. Esc lässt es.</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Reset all shortcuts</source>
        <translation>Alle Tastenkürzel zurücksetzen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Shortcut for {0}</source>
        <translation>Tastenkürzel für {0}</translation>
    </message>
    <message>
        <source>{0} is already the shortcut for “{1}”.</source>
        <translation>{0} ist schon das Tastenkürzel für „{1}“.</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Gespeichert.</translation>
    </message>
    <message>
        <source>All shortcuts are reset to their defaults.</source>
        <translation>Alle Tastenkürzel haben wieder ihre Vorgaben.</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Most confused pairs</source>
        <translation>Am häufigsten verwechselt</translation>
    </message>
    <message>
        <source>Example images of the cell</source>
        <translation>Beispielbilder des Feldes</translation>
    </message>
    <message>
        <source>Review these</source>
        <translation>Diese durchsehen</translation>
    </message>
    <message>
        <source>Merge these two classes…</source>
        <translation>Diese zwei zusammenlegen …</translation>
    </message>
    <message>
        <source>No cell is selected</source>
        <translation>Kein Feld ist gewählt</translation>
    </message>
    <message>
        <source>Select a pair or a cell to see its images.</source>
        <translation>Ein Paar oder ein Feld wählen, um seine Bilder zu sehen.</translation>
    </message>
</context>
<context>
    <name>Sparkline</name>
    <message>
        <source>No history</source>
        <translation>Kein Verlauf</translation>
    </message>
</context>
<context>
    <name>StageWords</name>
    <message>
        <source>Fine-tuning: {0}</source>
        <translation>Nachtrainieren: {0}</translation>
    </message>
    <message>
        <source>Unpacking</source>
        <translation>Wird entpackt</translation>
    </message>
    <message>
        <source>Finding images</source>
        <translation>Suche Bilder</translation>
    </message>
    <message>
        <source>Checking files</source>
        <translation>Prüfe Dateien</translation>
    </message>
    <message>
        <source>Loading the network</source>
        <translation>Lade das Netz</translation>
    </message>
    <message>
        <source>Finding duplicates</source>
        <translation>Suche Duplikate</translation>
    </message>
    <message>
        <source>Finding the first suspects</source>
        <translation>Suche die ersten Verdachtsfälle</translation>
    </message>
    <message>
        <source>Augmenting images in doubt</source>
        <translation>Augmentiere zweifelhafte Bilder</translation>
    </message>
    <message>
        <source>Preparing features</source>
        <translation>Bereite Merkmale vor</translation>
    </message>
    <message>
        <source>Fitting linear models</source>
        <translation>Passe lineare Modelle an</translation>
    </message>
    <message>
        <source>Fitting simple models</source>
        <translation>Passe einfache Modelle an</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Learning embeddings</source>
        <translation>Einbettungen lernen</translation>
    </message>
    <message>
        <source>Fine-tuning the network</source>
        <translation>Netz nachtrainieren</translation>
    </message>
    <message>
        <source>Scoring labels</source>
        <translation>Bewerte Labels</translation>
    </message>
    <message>
        <source>Testing with planted errors</source>
        <translation>Test mit eingebauten Fehlern</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Speichere</translation>
    </message>
    <message>
        <source>Drawing the map</source>
        <translation>Die Karte wird gezeichnet</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>Schreibe den Bericht</translation>
    </message>
    <message>
        <source>{0}, pass {1}</source>
        <translation>{0}, Durchgang {1}</translation>
    </message>
    <message>
        <source>Check files</source>
        <translation>Dateien prüfen</translation>
    </message>
    <message>
        <source>Train, first pass</source>
        <translation>Training, erster Durchgang</translation>
    </message>
    <message>
        <source>Train, second pass</source>
        <translation>Training, zweiter Durchgang</translation>
    </message>
    <message>
        <source>Fine-tune the network</source>
        <translation>Netz nachtrainieren</translation>
    </message>
    <message>
        <source>Score labels</source>
        <translation>Labels bewerten</translation>
    </message>
    <message>
        <source>Save results</source>
        <translation>Ergebnisse speichern</translation>
    </message>
    <message>
        <source>Train, pass {0}</source>
        <translation>Training, Durchgang {0}</translation>
    </message>
    <message>
        <source>Making the images</source>
        <translation>Die Bilder werden erzeugt</translation>
    </message>
    <message>
        <source>Extracting features</source>
        <translation>Berechne Merkmale</translation>
    </message>
    <message>
        <source>Emptying the cache</source>
        <translation>Leere den Zwischenspeicher</translation>
    </message>
    <message>
        <source>Extract features</source>
        <translation>Merkmale berechnen</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} s</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} h {1} min</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>noch {0}</translation>
    </message>
    <message>
        <source>{0}/s</source>
        <translation>{0}/s</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Recent projects</source>
        <translation>Letzte Projekte</translation>
    </message>
    <message>
        <source>Drop to unpack the archive {0}</source>
        <translation>Loslassen, um das Archiv {0} zu entpacken</translation>
    </message>
    <message>
        <source>Drop to open the manifest {0}</source>
        <translation>Loslassen, um das Manifest {0} zu öffnen</translation>
    </message>
    <message>
        <source>Drop to open the folder {0}</source>
        <translation>Loslassen, um den Ordner {0} zu öffnen</translation>
    </message>
    <message>
        <source>You can also drop a folder, an archive or a manifest on this page.</source>
        <translation>Sie können auch einen Ordner, ein Archiv oder ein Manifest auf diese Seite ziehen.</translation>
    </message>
    <message>
        <source>Find the wrong labels in your images</source>
        <translation>Die falschen Labels in Ihren Bildern finden</translation>
    </message>
    <message>
        <source>See which labels are probably wrong and why, decide yourself, and export a clean data set. Your images stay where and as they are.</source>
        <translation>Sehen Sie, welche Labels wohl falsch sind und warum, entscheiden Sie selbst, und exportieren Sie einen sauberen Datensatz. Ihre Bilder bleiben, wo und wie sie sind.</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Images with a folder for each class</source>
        <translation>Bilder mit einem Ordner je Klasse</translation>
    </message>
    <message>
        <source>Open a manifest</source>
        <translation>Manifest öffnen</translation>
    </message>
    <message>
        <source>CSV, JSON, COCO or Parquet</source>
        <translation>CSV, JSON, COCO oder Parquet</translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation>Demo ausprobieren</translation>
    </message>
    <message>
        <source>Photographs with wrong labels; takes a minute</source>
        <translation>Fotos mit falschen Labels; dauert eine Minute</translation>
    </message>
    <message>
        <source>Open the example</source>
        <translation>Beispiel öffnen</translation>
    </message>
    <message>
        <source>A sample project: trained and partly reviewed</source>
        <translation>Ein Beispielprojekt: trainiert und teilweise geprüft</translation>
    </message>
    <message>
        <source>1  Train</source>
        <translation>1  Trainieren</translation>
    </message>
    <message>
        <source>A model learns from your images which labels do not fit the others. Expect about {1} for {0} of them and {3} for {2} on the processor of this machine.</source>
        <translation>Ein Modell lernt aus Ihren Bildern, welche Labels nicht zu den anderen passen. Auf dem Prozessor dieses Rechners dauert das etwa {1} für {0} Bilder und {3} für {2}.</translation>
    </message>
    <message>
        <source>2  Review</source>
        <translation>2  Durchsehen</translation>
    </message>
    <message>
        <source>Suspects come first, beside trusted images. One key decides.</source>
        <translation>Verdachtsfälle kommen zuerst, neben verlässlichen Bildern. Eine Taste entscheidet.</translation>
    </message>
    <message>
        <source>3  Export</source>
        <translation>3  Exportieren</translation>
    </message>
    <message>
        <source>New labels, class folders or a report. No image is ever deleted.</source>
        <translation>Neue Labels, Klassenordner oder ein Bericht. Nie wird ein Bild gelöscht.</translation>
    </message>
</context>
<context>
    <name>StepLine</name>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>Epoch {0} of {1}, over all folds</source>
        <translation>Epoche {0} von {1}, über alle Teile</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
</context>
<context>
    <name>Strips</name>
    <message>
        <source>Images with confirmed labels first, then those that the training trusts, in both cases the most alike first.</source>
        <translation>Zuerst Bilder mit bestätigtem Label, dann solche, denen das Training vertraut; jeweils die ähnlichsten zuerst.</translation>
    </message>
    <message>
        <source>Trusted images of “{0}”</source>
        <translation>Verlässliche Bilder von „{0}“</translation>
    </message>
    <message>
        <source>Near duplicates and their labels</source>
        <translation>Fast gleiche Bilder und ihre Labels</translation>
    </message>
    <message>
        <source>Images that look the same, or are the same file.</source>
        <translation>Bilder, die gleich aussehen oder dieselbe Datei sind.</translation>
    </message>
    <message>
        <source>Trusted “{0}”</source>
        <translation>Verlässlich: „{0}“</translation>
    </message>
    <message>
        <source>This training saved no embeddings to compare.</source>
        <translation>Dieses Training hat keine Einbettungen zum Vergleichen gespeichert.</translation>
    </message>
    <message>
        <source>No other image has this label.</source>
        <translation>Kein anderes Bild hat dieses Label.</translation>
    </message>
    <message>
        <source>None yet: no other image of this class is confirmed or trusted.</source>
        <translation>Noch keine: Kein anderes Bild dieser Klasse ist bestätigt oder verlässlich.</translation>
    </message>
</context>
<context>
    <name>TableDetails</name>
    <message>
        <source>the first one</source>
        <translation>das erste</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keines</translation>
    </message>
    <message>
        <source>Label of an image with several</source>
        <translation>Label eines Bildes mit mehreren</translation>
    </message>
    <message>
        <source>Of several labels counts</source>
        <translation>Von mehreren Labels gilt</translation>
    </message>
    <message>
        <source>Keep the numbers</source>
        <translation>Nummern behalten</translation>
    </message>
    <message>
        <source>Names of the classes…</source>
        <translation>Namen der Klassen …</translation>
    </message>
    <message>
        <source>File with the names of the classes: {0}</source>
        <translation>Datei mit den Namen der Klassen: {0}</translation>
    </message>
    <message>
        <source>File with the names of the classes</source>
        <translation>Datei mit den Namen der Klassen</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Main toolbar</source>
        <translation>Hauptleiste</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>Letzte Projekte</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Noch keine</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Guide, tour and keyboard shortcuts</source>
        <translation>Anleitung, Rundgang und Tastenkürzel</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>How to search</source>
        <translation>Wie man sucht</translation>
    </message>
    <message>
        <source>text in the path</source>
        <translation>Text im Pfad</translation>
    </message>
    <message>
        <source>a path that ends so; ? is any letter</source>
        <translation>ein Pfad, der so endet; ? ist ein beliebiger Buchstabe</translation>
    </message>
    <message>
        <source>quotes keep blanks together</source>
        <translation>Anführungszeichen halten Leerzeichen zusammen</translation>
    </message>
    <message>
        <source>the label after your decisions; given: and suggested: likewise</source>
        <translation>das Label nach Ihren Entscheidungen; given: (gegeben) und suggested: (vorgeschlagen) ebenso</translation>
    </message>
    <message>
        <source>text in the note; note: alone is any note</source>
        <translation>Text in der Notiz; note: allein ist jede Notiz</translation>
    </message>
    <message>
        <source>a minus turns it around</source>
        <translation>ein Minus kehrt es um</translation>
    </message>
    <message>
        <source>finds images by what they show</source>
        <translation>findet Bilder nach dem, was sie zeigen</translation>
    </message>
    <message>
        <source>No project</source>
        <translation>Kein Projekt</translation>
    </message>
    <message>
        <source>{0} (read-only)</source>
        <translation>{0} (nur lesbar)</translation>
    </message>
</context>
<context>
    <name>TrainPanel</name>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Runs on {0}.</source>
        <translation>Läuft auf {0}.</translation>
    </message>
    <message>
        <source>Nothing is lost; Resume continues from here.</source>
        <translation>Nichts ist verloren; Fortsetzen macht hier weiter.</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Training is done</source>
        <translation>Das Training ist fertig</translation>
    </message>
    <message>
        <source>Finished work is kept: Start continues from there as long as the options are the same.</source>
        <translation>Das Getane bleibt: Start macht dort weiter, solange die Optionen gleich sind.</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Training failed</source>
        <translation>Das Training ist gescheitert</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Go on training</source>
        <translation>Training fortsetzen</translation>
    </message>
    <message>
        <source>The last training was interrupted. Start goes on from there as long as the options are the same.</source>
        <translation>Das letzte Training wurde unterbrochen. Start setzt es dort fort, solange die Optionen dieselben sind.</translation>
    </message>
    <message>
        <source>Features are extracted from each image once; then models learn which labels fit and which do not. Nothing leaves this machine.</source>
        <translation>Aus jedem Bild werden einmal Merkmale berechnet; dann lernen Modelle, welche Labels passen und welche nicht. Nichts verlässt diesen Rechner.</translation>
    </message>
    <message>
        <source>Train again</source>
        <translation>Neu trainieren</translation>
    </message>
    <message>
        <source>There are no decisions since the last training. Train again only to try other options.</source>
        <translation>Seither wurde nichts entschieden; nur andere Optionen wären ein Grund, neu zu trainieren.</translation>
    </message>
    <message>
        <source>You can continue reviewing in the meantime.</source>
        <translation>Sie können so lange weiter durchsehen.</translation>
    </message>
    <message>
        <source>The first suspects appear while it runs.</source>
        <translation>Die ersten Verdachtsfälle kommen, während es läuft.</translation>
    </message>
    <message>
        <source>It took {0} on {1}.</source>
        <translation>Es dauerte {0} auf {1}.</translation>
    </message>
    <message>
        <source>the GPU</source>
        <translation>der GPU</translation>
    </message>
    <message>
        <source>the CPU</source>
        <translation>der CPU</translation>
    </message>
    <message>
        <source>about {0} on the CPU</source>
        <translation>etwa {0} auf der CPU</translation>
    </message>
    <message>
        <source>last time {0}</source>
        <translation>letztes Mal {0}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Auto (GPU if available)</source>
        <translation>Automatisch (GPU, wo es eine gibt)</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>GPU (CUDA)</source>
        <translation>GPU (CUDA)</translation>
    </message>
    <message>
        <source>GPU (Apple)</source>
        <translation>GPU (Apple)</translation>
    </message>
    <message>
        <source>Give labels I checked full weight</source>
        <translation>Geprüfte Labels zählen voll</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Durchsicht</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Pauses as soon as the current step allows it.</source>
        <translation>Pausiert, sobald der jetzige Schritt es erlaubt.</translation>
    </message>
    <message>
        <source>The finished work is saved.</source>
        <translation>Das bisher Getane ist gespeichert.</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Halte an</translation>
    </message>
    <message>
        <source>Advanced ({0} changed)</source>
        <translation>Erweitert ({0} geändert)</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
</context>
<context>
    <name>UnpackQuestion</name>
    <message>
        <source>Open images</source>
        <translation>Bilder öffnen</translation>
    </message>
    <message>
        <source>{0} is an archive. Unpack it?</source>
        <translation>{0} ist ein Archiv. Entpacken?</translation>
    </message>
    <message>
        <source>The images will be in {0}. The archive stays as it is.</source>
        <translation>Die Bilder werden in {0} liegen. Das Archiv bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>Unpack</source>
        <translation>Entpacken</translation>
    </message>
    <message>
        <source>Into another folder…</source>
        <translation>In einen anderen Ordner …</translation>
    </message>
    <message>
        <source>Where shall the images be?</source>
        <translation>Wo sollen die Bilder liegen?</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Given and suggested label</source>
        <translation>Gegebenes und vorgeschlagenes Label</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Adaptive weight</source>
        <translation>Adaptives Gewicht</translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation>Konsistenz</translation>
    </message>
    <message>
        <source>Go to training</source>
        <translation>Zum Training</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>Result of the last training: {0}</source>
        <translation>Ergebnis des letzten Trainings: {0}</translation>
    </message>
    <message>
        <source>Not judged yet</source>
        <translation>Noch nicht beurteilt</translation>
    </message>
    <message>
        <source>Train to see the evidence for this label.</source>
        <translation>Trainieren Sie, um zu sehen, was für dieses Label spricht.</translation>
    </message>
    <message>
        <source>Not judged</source>
        <translation>Nicht beurteilt</translation>
    </message>
    <message>
        <source>The training could not read this file.</source>
        <translation>Das Training konnte diese Datei nicht lesen.</translation>
    </message>
    <message>
        <source>No label yet</source>
        <translation>Noch kein Label</translation>
    </message>
    <message>
        <source>The most similar classes are shown below.</source>
        <translation>Darunter stehen die ähnlichsten Klassen.</translation>
    </message>
    <message>
        <source>Fits its label badly: {0}</source>
        <translation>Passt schlecht zu seinem Label: {0}</translation>
    </message>
    <message>
        <source>No better label is known.</source>
        <translation>Ein besseres Label ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Probably wrong: {0}</source>
        <translation>Wohl falsch: {0}</translation>
    </message>
    <message>
        <source>It resembles no class. Drop it, or give it a class of its own.</source>
        <translation>Es gleicht keiner Klasse. Sortieren Sie es aus, oder geben Sie ihm eine eigene Klasse.</translation>
    </message>
    <message>
        <source>Does not belong: {0}</source>
        <translation>Gehört nicht dazu: {0}</translation>
    </message>
    <message>
        <source>Model unsure</source>
        <translation>Modell unsicher</translation>
    </message>
    <message>
        <source>Looks right</source>
        <translation>Sieht richtig aus</translation>
    </message>
    <message>
        <source>Probably right</source>
        <translation>Wahrscheinlich richtig</translation>
    </message>
    <message>
        <source>“{0}” would fit too.</source>
        <translation>„{0}“ würde auch passen.</translation>
    </message>
    <message>
        <source>fewer than 1 in 100 such labels are wrong</source>
        <translation>weniger als 1 von 100 solchen Labels ist falsch</translation>
    </message>
    <message>
        <source>You accepted it as checked by the model, unseen.</source>
        <translation>Sie haben es ungesehen als vom Modell geprüft angenommen.</translation>
    </message>
    <message>
        <source>Picture: {0}</source>
        <translation>Bild: {0}</translation>
    </message>
    <message>
        <source>An image that looks the same has another label.</source>
        <translation>Ein gleich aussehendes Bild hat ein anderes Label.</translation>
    </message>
    <message>
        <source>You kept this label</source>
        <translation>Sie haben dieses Label behalten</translation>
    </message>
    <message>
        <source>You changed this label to {0}</source>
        <translation>Sie haben dieses Label in {0} geändert</translation>
    </message>
    <message>
        <source>You dropped this image; its file stays</source>
        <translation>Sie haben dieses Bild aussortiert; die Datei bleibt</translation>
    </message>
    <message>
        <source>You marked this image as unsure</source>
        <translation>Sie haben dieses Bild als unsicher markiert</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>The application closed unexpectedly last time.</source>
        <translation>Das Programm endete beim letzten Mal unerwartet.</translation>
    </message>
    <message>
        <source>Your decisions were saved. The details are in the log folder.</source>
        <translation>Ihre Entscheidungen wurden gespeichert. Die Einzelheiten liegen im Protokollordner.</translation>
    </message>
    <message>
        <source>A job is still running. Stop it and close?</source>
        <translation>Eine Arbeit läuft noch. Anhalten und schließen?</translation>
    </message>
    <message>
        <source>Finished work is kept, and the rest continues next time.</source>
        <translation>Fertige Arbeit bleibt, und der Rest geht beim nächsten Mal weiter.</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Anhalten und schließen</translation>
    </message>
    <message>
        <source>Keep working</source>
        <translation>Weiterarbeiten</translation>
    </message>
    <message>
        <source>Your decisions are all there. Train again to get scores.</source>
        <translation>Ihre Entscheidungen sind alle da. Trainieren Sie neu, um Werte zu bekommen.</translation>
    </message>
    <message>
        <source>Your decisions are all there, and you see the scores of training {0}. Train again to get newer ones.</source>
        <translation>Ihre Entscheidungen sind alle da, und Sie sehen die Werte von Training {0}. Trainieren Sie neu, um neuere zu bekommen.</translation>
    </message>
    <message>
        <source>The images of {0} were not found in {1}.</source>
        <translation>Die Bilder von {0} wurden in {1} nicht gefunden.</translation>
    </message>
    <message>
        <source>Move the folder back, or locate it. Your decisions are kept.</source>
        <translation>Bringen Sie den Ordner zurück, oder zeigen Sie, wo er jetzt ist. Die Entscheidungen bleiben.</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Suchen …</translation>
    </message>
    <message>
        <source>Something unexpected went wrong.</source>
        <translation>Etwas Unerwartetes ging schief.</translation>
    </message>
    <message>
        <source>Your decisions are saved, and you can keep working. The details are in the log.</source>
        <translation>Ihre Entscheidungen sind gespeichert; Sie können weitermachen. Die Einzelheiten stehen im Protokoll.</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
</context>
<context>
    <name>WindowFrame</name>
    <message>
        <source>Evidence</source>
        <translation>Belege</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
</context>
<context>
    <name>_Changes</name>
    <message>
        <source>Image</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Given label</source>
        <translation>Gegebenes Label</translation>
    </message>
    <message>
        <source>Suggested before</source>
        <translation>Vorschlag vorher</translation>
    </message>
    <message>
        <source>Suggested now</source>
        <translation>Vorschlag jetzt</translation>
    </message>
    <message>
        <source>Wrong before</source>
        <translation>Falsch vorher</translation>
    </message>
    <message>
        <source>Wrong now</source>
        <translation>Falsch jetzt</translation>
    </message>
</context>
<context>
    <name>_Classes</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
</context>
<context>
    <name>_Entries</name>
    <message>
        <source>New class: “{0}”</source>
        <translation>Neue Klasse: „{0}“</translation>
    </message>
</context>
<context>
    <name>_Files</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Why it was set aside</source>
        <translation>Warum sie beiseitegelegt wurde</translation>
    </message>
</context>
<context>
    <name>_Steps</name>
    <message>
        <source>Beginning</source>
        <translation>Anfang</translation>
    </message>
    <message>
        <source>{0}, undone</source>
        <translation>{0}, zurückgenommen</translation>
    </message>
</context>
</TS>

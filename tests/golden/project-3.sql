BEGIN TRANSACTION;
CREATE TABLE change (
        step INTEGER NOT NULL REFERENCES step(number),
        sample INTEGER NOT NULL REFERENCES sample(number),
        kind_before INTEGER NOT NULL,
        label_before TEXT NOT NULL,
        kind INTEGER NOT NULL,
        label TEXT NOT NULL
    );
INSERT INTO "change" VALUES(3,0,0,'',3,'');
INSERT INTO "change" VALUES(3,1,0,'',3,'');
INSERT INTO "change" VALUES(4,2,0,'',2,'ellipse');
INSERT INTO "change" VALUES(5,2,2,'ellipse',0,'');
INSERT INTO "change" VALUES(6,2,0,'',2,'ellipse');
INSERT INTO "change" VALUES(7,3,0,'',1,'');
INSERT INTO "change" VALUES(8,3,1,'',0,'');
CREATE TABLE class_change (
        step INTEGER NOT NULL REFERENCES step(number),
        class TEXT NOT NULL,
        name_before TEXT NOT NULL,
        name TEXT NOT NULL
    );
INSERT INTO "class_change" VALUES(1,'square','square','box');
INSERT INTO "class_change" VALUES(2,'square','box','square');
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "fact" VALUES('class_names','["circle", "cross", "square", "triangle"]');
INSERT INTO "fact" VALUES('columns','[]');
INSERT INTO "fact" VALUES('created','"2026-11-24T02:48:04+00:00"');
INSERT INTO "fact" VALUES('label_column','"label"');
INSERT INTO "fact" VALUES('name','"golden"');
INSERT INTO "fact" VALUES('root','"/pictures"');
INSERT INTO "fact" VALUES('source','{"folder": "/pictures", "labels": null, "label_column": null, "class_from": null}');
INSERT INTO "fact" VALUES('source_columns','[]');
CREATE TABLE quarantined (path TEXT NOT NULL, reason TEXT NOT NULL, message TEXT);
CREATE TABLE run (number INTEGER PRIMARY KEY, facts TEXT NOT NULL);
CREATE TABLE sample (
        number INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        label TEXT NOT NULL,
        cells TEXT
    );
INSERT INTO "sample" VALUES(0,'circle/circle-00.png','circle',NULL);
INSERT INTO "sample" VALUES(1,'circle/circle-01.png','circle',NULL);
INSERT INTO "sample" VALUES(2,'cross/cross-00.png','cross',NULL);
INSERT INTO "sample" VALUES(3,'cross/cross-01.png','cross',NULL);
INSERT INTO "sample" VALUES(4,'square/square-00.png','square',NULL);
INSERT INTO "sample" VALUES(5,'square/square-01.png','square',NULL);
INSERT INTO "sample" VALUES(6,'triangle/triangle-00.png','triangle',NULL);
INSERT INTO "sample" VALUES(7,'triangle/triangle-01.png','triangle',NULL);
CREATE TABLE screen (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "screen" VALUES('side','120');
CREATE TABLE step (
        number INTEGER PRIMARY KEY,
        action TEXT NOT NULL CHECK (action IN ('decide', 'undo', 'redo')),
        target INTEGER REFERENCES step(number),
        name TEXT NOT NULL,
        kind INTEGER NOT NULL,
        label TEXT NOT NULL,
        samples INTEGER NOT NULL,
        time TEXT NOT NULL
    , message TEXT);
INSERT INTO "step" VALUES(1,'decide',NULL,'Rename square to box (2 images)',-1,'',2,'2026-11-25T12:00:01.000+00:00','{"arguments": {"count": 2, "new": "box", "old": "square"}, "singular": "Rename {old} to {new} ({count:,} image)", "template": "Rename {old} to {new} ({count:,} images)"}');
INSERT INTO "step" VALUES(2,'undo',1,'Rename square to box (2 images)',-1,'',2,'2026-11-25T12:00:02.000+00:00',NULL);
INSERT INTO "step" VALUES(3,'decide',NULL,'Drop 2 images',3,'',2,'2026-11-25T12:00:03.000+00:00','{"arguments": {"what": {"arguments": {"number": 2}, "template": "{number:,} images"}}, "template": "Drop {what}"}');
INSERT INTO "step" VALUES(4,'decide',NULL,'Relabel cross-00.png to ellipse',2,'ellipse',1,'2026-11-25T12:00:04.000+00:00','{"arguments": {"label": "ellipse", "what": "cross-00.png"}, "template": "Relabel {what} to {label}"}');
INSERT INTO "step" VALUES(5,'undo',4,'Relabel cross-00.png to ellipse',0,'',1,'2026-11-25T12:00:05.000+00:00',NULL);
INSERT INTO "step" VALUES(6,'redo',4,'Relabel cross-00.png to ellipse',2,'ellipse',1,'2026-11-25T12:00:06.000+00:00',NULL);
INSERT INTO "step" VALUES(7,'decide',NULL,'Keep cross-01.png',1,'',1,'2026-11-25T12:00:07.000+00:00','{"arguments": {"what": "cross-01.png"}, "template": "Keep {what}"}');
INSERT INTO "step" VALUES(8,'undo',7,'Keep cross-01.png',0,'',1,'2026-11-25T12:00:08.000+00:00',NULL);
CREATE INDEX change_of_step ON change(step);
CREATE INDEX class_change_of_step ON class_change(step);
COMMIT;
PRAGMA user_version = 3;

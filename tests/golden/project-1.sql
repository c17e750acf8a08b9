BEGIN TRANSACTION;
CREATE TABLE change (
        step INTEGER NOT NULL REFERENCES step(number),
        sample INTEGER NOT NULL REFERENCES sample(number),
        kind_before INTEGER NOT NULL,
        label_before TEXT NOT NULL,
        kind INTEGER NOT NULL,
        label TEXT NOT NULL
    );
INSERT INTO "change" VALUES(1,0,0,'',3,'');
INSERT INTO "change" VALUES(1,1,0,'',3,'');
INSERT INTO "change" VALUES(2,2,0,'',2,'ellipse');
INSERT INTO "change" VALUES(3,2,2,'ellipse',0,'');
INSERT INTO "change" VALUES(4,2,0,'',2,'ellipse');
INSERT INTO "change" VALUES(5,3,0,'',1,'');
INSERT INTO "change" VALUES(6,3,1,'',0,'');
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "fact" VALUES('class_names','["circle", "cross", "square", "triangle"]');
INSERT INTO "fact" VALUES('columns','[]');
INSERT INTO "fact" VALUES('created','"2026-11-24T02:48:04+00:00"');
INSERT INTO "fact" VALUES('label_column','"label"');
INSERT INTO "fact" VALUES('name','"golden"');
INSERT INTO "fact" VALUES('root','"/pictures"');
INSERT INTO "fact" VALUES('source','{"folder": "/pictures", "labels": null, "label_column": null, "class_from": null}');
INSERT INTO "fact" VALUES('source_columns','[]');
CREATE TABLE quarantined (path TEXT NOT NULL, reason TEXT NOT NULL);
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
    );
INSERT INTO "step" VALUES(1,'decide',NULL,'Drop 2 images',3,'',2,'2026-11-24T02:48:04.473+00:00');
INSERT INTO "step" VALUES(2,'decide',NULL,'Relabel cross-00.png to ellipse',2,'ellipse',1,'2026-11-24T02:48:04.475+00:00');
INSERT INTO "step" VALUES(3,'undo',2,'Relabel cross-00.png to ellipse',0,'',1,'2026-11-24T02:48:04.476+00:00');
INSERT INTO "step" VALUES(4,'redo',2,'Relabel cross-00.png to ellipse',2,'ellipse',1,'2026-11-24T02:48:04.476+00:00');
INSERT INTO "step" VALUES(5,'decide',NULL,'Keep cross-01.png',1,'',1,'2026-11-24T02:48:04.477+00:00');
INSERT INTO "step" VALUES(6,'undo',5,'Keep cross-01.png',0,'',1,'2026-11-24T02:48:04.477+00:00');
CREATE INDEX change_of_step ON change(step);
COMMIT;
PRAGMA user_version = 1;

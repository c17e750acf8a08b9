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
INSERT INTO "fact" VALUES('created','"2026-11-29T20:30:00+00:00"');
INSERT INTO "fact" VALUES('label_column','"label"');
INSERT INTO "fact" VALUES('name','"golden"');
INSERT INTO "fact" VALUES('root','"/pictures"');
INSERT INTO "fact" VALUES('source','{"folder": "/pictures", "labels": null, "label_column": null, "class_from": null}');
INSERT INTO "fact" VALUES('source_columns','[]');
CREATE TABLE log (
        step INTEGER PRIMARY KEY REFERENCES step(number),
        line TEXT NOT NULL
    );
INSERT INTO "log" VALUES(1,'{"previous":"e704c82a558ae7c082d1687090016fcdf3891107555d05a0aad287116ea1c831","step":1,"action":"decide","name":"Rename square to box (2 images)","time":"2026-11-29T20:11:31.182+00:00","reviewer":"Ada","images":2,"classes":[{"class":"square","name_before":"square","name":"box"}],"hash":"18d89fa2fa0596abe11c0ce6a535312590ab1c504b56a8a0e84abb3c598f06d5"}');
INSERT INTO "log" VALUES(2,'{"previous":"18d89fa2fa0596abe11c0ce6a535312590ab1c504b56a8a0e84abb3c598f06d5","step":2,"action":"undo","target":1,"name":"Rename square to box (2 images)","time":"2026-11-29T20:11:31.230+00:00","reviewer":"Ada","images":2,"hash":"b0c623b2a3c432077bddd8c634673f2970fa13007230bb8fd1044bb59e459bb5"}');
INSERT INTO "log" VALUES(3,'{"previous":"b0c623b2a3c432077bddd8c634673f2970fa13007230bb8fd1044bb59e459bb5","step":3,"action":"decide","name":"Drop 2 images","time":"2026-11-29T20:11:31.231+00:00","reviewer":"Ada","images":2,"changes":[{"image":0,"path":"circle/circle-00.png","hash":"","given":"circle","decision_before":"undecided","decision":"drop"},{"image":1,"path":"circle/circle-01.png","hash":"","given":"circle","decision_before":"undecided","decision":"drop"}],"hash":"18f8f874dcdc2eb89e348120575ef0dcb1bae944e1f0cbb29fc259e76a774d83"}');
INSERT INTO "log" VALUES(4,'{"previous":"18f8f874dcdc2eb89e348120575ef0dcb1bae944e1f0cbb29fc259e76a774d83","step":4,"action":"decide","name":"Relabel cross-00.png to ellipse","time":"2026-11-29T20:11:31.232+00:00","reviewer":"Ada","images":1,"changes":[{"image":2,"path":"cross/cross-00.png","hash":"","given":"cross","decision_before":"undecided","decision":"relabel","class":"ellipse"}],"hash":"ddedf12b401a8f04a3e418a8fb4bd942fa132a0ea4c62e629d202de9f661dca1"}');
INSERT INTO "log" VALUES(5,'{"previous":"ddedf12b401a8f04a3e418a8fb4bd942fa132a0ea4c62e629d202de9f661dca1","step":5,"action":"undo","target":4,"name":"Relabel cross-00.png to ellipse","time":"2026-11-29T20:11:31.234+00:00","reviewer":"Ada","images":1,"hash":"9ad6aee9738f99e0912c621638f15abb9838dc0f20035275fce56b4a80ba0f4e"}');
INSERT INTO "log" VALUES(6,'{"previous":"9ad6aee9738f99e0912c621638f15abb9838dc0f20035275fce56b4a80ba0f4e","step":6,"action":"redo","target":4,"name":"Relabel cross-00.png to ellipse","time":"2026-11-29T20:11:31.235+00:00","reviewer":"Ada","images":1,"hash":"3e7411bc314fa95c30bff59df3b57541d777e9520ee59a9e2752a74dd6400c25"}');
INSERT INTO "log" VALUES(7,'{"previous":"3e7411bc314fa95c30bff59df3b57541d777e9520ee59a9e2752a74dd6400c25","step":7,"action":"decide","name":"Keep cross-01.png","time":"2026-11-29T20:11:31.235+00:00","reviewer":"Bob","images":1,"changes":[{"image":3,"path":"cross/cross-01.png","hash":"","given":"cross","decision_before":"undecided","decision":"keep"}],"hash":"41af37d81eff75c39629da0b886866f7639c809c490b234bc27eaf732756807f"}');
INSERT INTO "log" VALUES(8,'{"previous":"41af37d81eff75c39629da0b886866f7639c809c490b234bc27eaf732756807f","step":8,"action":"undo","target":7,"name":"Keep cross-01.png","time":"2026-11-29T20:11:31.236+00:00","reviewer":"Bob","images":1,"hash":"b144ae2e71dc0095591e3c0523c6f00d9789b2d05304099ff93e5be9a0af6155"}');
CREATE TABLE quarantined (path TEXT NOT NULL, reason TEXT NOT NULL, message TEXT);
CREATE TABLE run (number INTEGER PRIMARY KEY, facts TEXT NOT NULL);
CREATE TABLE sample (
        number INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        label TEXT NOT NULL,
        cells TEXT
    , hash TEXT NOT NULL DEFAULT '', state INTEGER NOT NULL DEFAULT 0);
INSERT INTO "sample" VALUES(0,'circle/circle-00.png','circle',NULL,'00000000000000000000000000000000',0);
INSERT INTO "sample" VALUES(1,'circle/circle-01.png','circle',NULL,'00000000000000000000000000000001',0);
INSERT INTO "sample" VALUES(2,'cross/cross-00.png','cross',NULL,'00000000000000000000000000000002',0);
INSERT INTO "sample" VALUES(3,'cross/cross-01.png','cross',NULL,'00000000000000000000000000000003',0);
INSERT INTO "sample" VALUES(4,'square/square-00.png','square',NULL,'00000000000000000000000000000004',0);
INSERT INTO "sample" VALUES(5,'square/square-01.png','square',NULL,'00000000000000000000000000000005',1);
INSERT INTO "sample" VALUES(6,'triangle/triangle-00.png','triangle',NULL,'00000000000000000000000000000006',2);
INSERT INTO "sample" VALUES(7,'triangle/triangle-01.png','triangle',NULL,'00000000000000000000000000000007',0);
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
    , message TEXT, reviewer TEXT NOT NULL DEFAULT '');
INSERT INTO "step" VALUES(1,'decide',NULL,'Rename square to box (2 images)',-1,'',2,'2026-11-29T20:11:31.182+00:00','{"arguments": {"count": 2, "new": "box", "old": "square"}, "singular": "Rename {old} to {new} ({count:,} image)", "template": "Rename {old} to {new} ({count:,} images)"}','Ada');
INSERT INTO "step" VALUES(2,'undo',1,'Rename square to box (2 images)',-1,'',2,'2026-11-29T20:11:31.230+00:00',NULL,'Ada');
INSERT INTO "step" VALUES(3,'decide',NULL,'Drop 2 images',3,'',2,'2026-11-29T20:11:31.231+00:00','{"arguments": {"what": {"arguments": {"count": 2}, "singular": "{count:,} image", "template": "{count:,} images"}}, "template": "Drop {what}"}','Ada');
INSERT INTO "step" VALUES(4,'decide',NULL,'Relabel cross-00.png to ellipse',2,'ellipse',1,'2026-11-29T20:11:31.232+00:00','{"arguments": {"label": "ellipse", "what": "cross-00.png"}, "template": "Relabel {what} to {label}"}','Ada');
INSERT INTO "step" VALUES(5,'undo',4,'Relabel cross-00.png to ellipse',0,'',1,'2026-11-29T20:11:31.234+00:00',NULL,'Ada');
INSERT INTO "step" VALUES(6,'redo',4,'Relabel cross-00.png to ellipse',2,'ellipse',1,'2026-11-29T20:11:31.235+00:00',NULL,'Ada');
INSERT INTO "step" VALUES(7,'decide',NULL,'Keep cross-01.png',1,'',1,'2026-11-29T20:11:31.235+00:00','{"arguments": {"what": "cross-01.png"}, "template": "Keep {what}"}','Bob');
INSERT INTO "step" VALUES(8,'undo',7,'Keep cross-01.png',0,'',1,'2026-11-29T20:11:31.236+00:00',NULL,'Bob');
CREATE INDEX change_of_step ON change(step);
CREATE INDEX class_change_of_step ON class_change(step);
COMMIT;
PRAGMA user_version = 5;

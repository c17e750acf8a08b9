BEGIN TRANSACTION;
CREATE TABLE change (
        step INTEGER NOT NULL REFERENCES step(number),
        sample INTEGER NOT NULL REFERENCES sample(number),
        kind_before INTEGER NOT NULL,
        label_before TEXT NOT NULL,
        kind INTEGER NOT NULL,
        label TEXT NOT NULL
    );
INSERT INTO "change" VALUES(8,0,0,'',3,'');
INSERT INTO "change" VALUES(8,1,0,'',3,'');
INSERT INTO "change" VALUES(9,2,0,'',2,'ellipse');
INSERT INTO "change" VALUES(10,2,2,'ellipse',0,'');
INSERT INTO "change" VALUES(11,2,0,'',2,'ellipse');
INSERT INTO "change" VALUES(12,3,0,'',1,'');
INSERT INTO "change" VALUES(13,3,1,'',0,'');
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
INSERT INTO "log" VALUES(1,'{"previous":"e704c82a558ae7c082d1687090016fcdf3891107555d05a0aad287116ea1c831","step":1,"action":"decide","name":"Rename square to box (2 images)","time":"2026-11-30T09:30:07.000+00:00","reviewer":"Ada","images":2,"classes":[{"class":"square","name_before":"square","name":"box"}],"hash":"8fbfeabf8fbaece99ba6b2c235065bc631775dd94b660949a7f4bd649cd70243"}');
INSERT INTO "log" VALUES(2,'{"previous":"8fbfeabf8fbaece99ba6b2c235065bc631775dd94b660949a7f4bd649cd70243","step":2,"action":"undo","target":1,"name":"Rename square to box (2 images)","time":"2026-11-30T09:30:14.000+00:00","reviewer":"Ada","images":2,"hash":"9278615a28d671a69abd017ba6645e19713e09eed2b7feccc5ad6139f8d3a308"}');
INSERT INTO "log" VALUES(3,'{"previous":"9278615a28d671a69abd017ba6645e19713e09eed2b7feccc5ad6139f8d3a308","step":3,"action":"decide","name":"Star square-00.png","time":"2026-11-30T09:30:21.000+00:00","reviewer":"Ada","images":1,"marks":[{"image":4,"path":"square/square-00.png","hash":"00000000000000000000000000000004","given":"square","mark":"star","text_before":"","text":"yes"}],"hash":"628cb0f611f6f12a3076efb168a137fc6950b2eaa9a3332c398272cd69ef087b"}');
INSERT INTO "log" VALUES(4,'{"previous":"628cb0f611f6f12a3076efb168a137fc6950b2eaa9a3332c398272cd69ef087b","step":4,"action":"decide","name":"Note on square-00.png","time":"2026-11-30T09:30:28.000+00:00","reviewer":"Ada","images":1,"marks":[{"image":4,"path":"square/square-00.png","hash":"00000000000000000000000000000004","given":"square","mark":"note","text_before":"","text":"h\u00e4\u00dflich, ask Bob"}],"hash":"3fb94ff1bfd8ec659f31faaaf86252d4291058dd82a5b2d2dd858393fc5ebb20"}');
INSERT INTO "log" VALUES(5,'{"previous":"3fb94ff1bfd8ec659f31faaaf86252d4291058dd82a5b2d2dd858393fc5ebb20","step":5,"action":"decide","name":"Mark 2 images as checked by the model","time":"2026-11-30T09:30:35.000+00:00","reviewer":"Ada","images":2,"marks":[{"image":6,"path":"triangle/triangle-00.png","hash":"00000000000000000000000000000006","given":"triangle","mark":"checked","text_before":"","text":"model"},{"image":7,"path":"triangle/triangle-01.png","hash":"00000000000000000000000000000007","given":"triangle","mark":"checked","text_before":"","text":"model"}],"hash":"3874636aa14c489db3f3ad9598653a8c731f2095384c46f77212955a9f1a97b3"}');
INSERT INTO "log" VALUES(6,'{"previous":"3874636aa14c489db3f3ad9598653a8c731f2095384c46f77212955a9f1a97b3","step":6,"action":"undo","target":5,"name":"Mark 2 images as checked by the model","time":"2026-11-30T09:30:42.000+00:00","reviewer":"Ada","images":2,"hash":"7076b8ef529182ffa5375c933b45f43dc4c720bc2a1b8ff6c05647bbbc503906"}');
INSERT INTO "log" VALUES(7,'{"previous":"7076b8ef529182ffa5375c933b45f43dc4c720bc2a1b8ff6c05647bbbc503906","step":7,"action":"redo","target":5,"name":"Mark 2 images as checked by the model","time":"2026-11-30T09:30:49.000+00:00","reviewer":"Ada","images":2,"hash":"5be99687dd11414f963aa94585fe78dbfc6ab79bfe87adba3ae189d63df22e8a"}');
INSERT INTO "log" VALUES(8,'{"previous":"5be99687dd11414f963aa94585fe78dbfc6ab79bfe87adba3ae189d63df22e8a","step":8,"action":"decide","name":"Drop 2 images","time":"2026-11-30T09:30:56.000+00:00","reviewer":"Ada","images":2,"changes":[{"image":0,"path":"circle/circle-00.png","hash":"00000000000000000000000000000000","given":"circle","decision_before":"undecided","decision":"drop"},{"image":1,"path":"circle/circle-01.png","hash":"00000000000000000000000000000001","given":"circle","decision_before":"undecided","decision":"drop"}],"hash":"312426139110c3a6d0208eaf0df560102d65f45d2500cb7f4117592df42ae347"}');
INSERT INTO "log" VALUES(9,'{"previous":"312426139110c3a6d0208eaf0df560102d65f45d2500cb7f4117592df42ae347","step":9,"action":"decide","name":"Relabel cross-00.png to ellipse","time":"2026-11-30T09:31:03.000+00:00","reviewer":"Ada","images":1,"changes":[{"image":2,"path":"cross/cross-00.png","hash":"00000000000000000000000000000002","given":"cross","decision_before":"undecided","decision":"relabel","class":"ellipse"}],"hash":"c0d5fe403a840796abbd47d3edeee4ce5ff8658f511312c023ed66363e01e7c4"}');
INSERT INTO "log" VALUES(10,'{"previous":"c0d5fe403a840796abbd47d3edeee4ce5ff8658f511312c023ed66363e01e7c4","step":10,"action":"undo","target":9,"name":"Relabel cross-00.png to ellipse","time":"2026-11-30T09:31:10.000+00:00","reviewer":"Ada","images":1,"hash":"024850656453913b60e156828a2b6e8ddf4fa8500cc1baa894c9adbc469ca2d0"}');
INSERT INTO "log" VALUES(11,'{"previous":"024850656453913b60e156828a2b6e8ddf4fa8500cc1baa894c9adbc469ca2d0","step":11,"action":"redo","target":9,"name":"Relabel cross-00.png to ellipse","time":"2026-11-30T09:31:17.000+00:00","reviewer":"Ada","images":1,"hash":"7c83f5b231dc428a1d9adc41861a21bd211b56b1732dc4592a32a4ff06a8e879"}');
INSERT INTO "log" VALUES(12,'{"previous":"7c83f5b231dc428a1d9adc41861a21bd211b56b1732dc4592a32a4ff06a8e879","step":12,"action":"decide","name":"Keep cross-01.png","time":"2026-11-30T09:31:24.000+00:00","reviewer":"Bob","images":1,"changes":[{"image":3,"path":"cross/cross-01.png","hash":"00000000000000000000000000000003","given":"cross","decision_before":"undecided","decision":"keep"}],"hash":"ac7d7fb87fbb0ec30278a6227440756ae47a9f0402b064f93623fb3547cb52c0"}');
INSERT INTO "log" VALUES(13,'{"previous":"ac7d7fb87fbb0ec30278a6227440756ae47a9f0402b064f93623fb3547cb52c0","step":13,"action":"undo","target":12,"name":"Keep cross-01.png","time":"2026-11-30T09:31:31.000+00:00","reviewer":"Bob","images":1,"hash":"acac007c391c720d0cd11b4378ecfe3901db8986011f36c890a52d9a147f3dbc"}');
CREATE TABLE mark_change (
        step INTEGER NOT NULL REFERENCES step(number),
        sample INTEGER NOT NULL REFERENCES sample(number),
        mark TEXT NOT NULL,
        value_before TEXT NOT NULL,
        value TEXT NOT NULL
    );
INSERT INTO "mark_change" VALUES(3,4,'star','','yes');
INSERT INTO "mark_change" VALUES(4,4,'note','','häßlich, ask Bob');
INSERT INTO "mark_change" VALUES(5,6,'checked','','model');
INSERT INTO "mark_change" VALUES(5,7,'checked','','model');
INSERT INTO "mark_change" VALUES(6,6,'checked','model','');
INSERT INTO "mark_change" VALUES(6,7,'checked','model','');
INSERT INTO "mark_change" VALUES(7,6,'checked','','model');
INSERT INTO "mark_change" VALUES(7,7,'checked','','model');
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
INSERT INTO "step" VALUES(1,'decide',NULL,'Rename square to box (2 images)',-1,'',2,'2026-11-30T09:30:07.000+00:00','{"arguments": {"count": 2, "new": "box", "old": "square"}, "singular": "Rename {old} to {new} ({count:,} image)", "template": "Rename {old} to {new} ({count:,} images)"}','Ada');
INSERT INTO "step" VALUES(2,'undo',1,'Rename square to box (2 images)',-1,'',2,'2026-11-30T09:30:14.000+00:00',NULL,'Ada');
INSERT INTO "step" VALUES(3,'decide',NULL,'Star square-00.png',-3,'',1,'2026-11-30T09:30:21.000+00:00','{"arguments": {"what": "square-00.png"}, "template": "Star {what}"}','Ada');
INSERT INTO "step" VALUES(4,'decide',NULL,'Note on square-00.png',-3,'',1,'2026-11-30T09:30:28.000+00:00','{"arguments": {"what": "square-00.png"}, "template": "Note on {what}"}','Ada');
INSERT INTO "step" VALUES(5,'decide',NULL,'Mark 2 images as checked by the model',-3,'',2,'2026-11-30T09:30:35.000+00:00','{"arguments": {"count": 2}, "singular": "Mark {count:,} image as checked by the model", "template": "Mark {count:,} images as checked by the model"}','Ada');
INSERT INTO "step" VALUES(6,'undo',5,'Mark 2 images as checked by the model',-3,'',2,'2026-11-30T09:30:42.000+00:00',NULL,'Ada');
INSERT INTO "step" VALUES(7,'redo',5,'Mark 2 images as checked by the model',-3,'',2,'2026-11-30T09:30:49.000+00:00',NULL,'Ada');
INSERT INTO "step" VALUES(8,'decide',NULL,'Drop 2 images',3,'',2,'2026-11-30T09:30:56.000+00:00','{"arguments": {"what": {"arguments": {"count": 2}, "singular": "{count:,} image", "template": "{count:,} images"}}, "template": "Drop {what}"}','Ada');
INSERT INTO "step" VALUES(9,'decide',NULL,'Relabel cross-00.png to ellipse',2,'ellipse',1,'2026-11-30T09:31:03.000+00:00','{"arguments": {"label": "ellipse", "what": "cross-00.png"}, "template": "Relabel {what} to {label}"}','Ada');
INSERT INTO "step" VALUES(10,'undo',9,'Relabel cross-00.png to ellipse',0,'',1,'2026-11-30T09:31:10.000+00:00',NULL,'Ada');
INSERT INTO "step" VALUES(11,'redo',9,'Relabel cross-00.png to ellipse',2,'ellipse',1,'2026-11-30T09:31:17.000+00:00',NULL,'Ada');
INSERT INTO "step" VALUES(12,'decide',NULL,'Keep cross-01.png',1,'',1,'2026-11-30T09:31:24.000+00:00','{"arguments": {"what": "cross-01.png"}, "template": "Keep {what}"}','Bob');
INSERT INTO "step" VALUES(13,'undo',12,'Keep cross-01.png',0,'',1,'2026-11-30T09:31:31.000+00:00',NULL,'Bob');
CREATE INDEX change_of_step ON change(step);
CREATE INDEX class_change_of_step ON class_change(step);
CREATE INDEX mark_change_of_step ON mark_change(step);
COMMIT;
PRAGMA user_version = 6;

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finds and repairs wrong labels in image folders with noise-robust hyperbolic metric learning.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing leaves this machine: there is no telemetry, and the network is used only for a backbone that you ask for by name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apache License 2.0</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open log folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ActionSet</name>
    <message>
        <source>A CSV or Parquet file with the columns path and label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder of images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All keys on one sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another class…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decide</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decide all above the cut…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every step, to be undone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the image its suggested label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Handwritten digits with wrong labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>History</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images to judge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the image out of training and exports; the file stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look around</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark the image as ambiguous</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One decision for all images that the filter shows above a probability</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One pixel of the file is one of the screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a manifest…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the log folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause or resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relabel to the class with this number below the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset the panels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in paths</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select all shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the image large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the running work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take likely class 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take likely class 2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take likely class 3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take likely class 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take likely class 5</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take likely class 6</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take likely class 7</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take likely class 8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take likely class 9</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the decision about the image back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the last step back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the suggestion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the undone step again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The label is right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train on the images and the decisions made so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type to find a class, or name a new one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undecided again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Views</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watch the training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write cleaned labels, embeddings and more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AdvancedOptions</name>
    <message>
        <source>Back to the defaults</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} (default)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BulkDialog</name>
    <message>
        <source>Decide all above the cut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One decision for many images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The surest ones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest to the cut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Least probability that the label is wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probably wrong from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take each suggestion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One step in the history; one undo takes it back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} undecided images; about {1} of them carry a wrong label.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No undecided image lies above this cut. Lower it to see some.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class: {0}  ×</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All classes  ▾</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>and the gallery&apos;s other filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decide {0} images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images get the label that is suggested for them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{1} keep theirs, as no other is more likely.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images keep their label and count as checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images are left out of training and export. No file is deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images are marked as ambiguous.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Filter: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press Delete to take the filter away</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ClassBars</name>
    <message>
        <source>The most likely classes, with the probability of each</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most likely classes: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ClassList</name>
    <message>
        <source>Type to find a class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New class “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A class name cannot hold a slash.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a class “{0}” already.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ClassPicker</name>
    <message>
        <source>Choose a class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type to find a class, or name a new one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find or name a class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A class becomes a folder: its name cannot hold / or \.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name holds signs that cannot be shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is “{0}” already, which differs in upper and lower case only. Press Enter again to make “{1}” as well.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ClassReading</name>
    <message>
        <source>Examples of paths and their classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class = first folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class from a pattern</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pattern with {class}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read the classes again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{class} stands for the class, * for any part of a name, ** for any folders.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class = column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no class</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ClassTable</name>
    <message>
        <source>Classes</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DecisionBar</name>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>→ {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the suggestions of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relabel {0} images to “{1}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relabel to “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another class…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type to find a class, or name a new one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undecided again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the decision back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read-only: the project is open in another window. Close it there to decide here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, {0} of them decided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This would change none of the selected images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The label is right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give each image its suggested label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the image its suggested label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the image out of training and exports; the file stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark the image as ambiguous</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EvidencePanel</name>
    <message>
        <source>Evidence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Here an image is shown large, with what speaks for and against it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No image is selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one in the gallery to see it large, with its evidence.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the cleaned data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your images stay as they are: dropping one never deletes a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing {0} of {1} files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written: {0} images with labels, in {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder, or tick “{0}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped. Nothing was written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace the earlier export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Manifest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Journal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How images come into the class folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hard link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Symbolic link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is the folder of the images; choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is a file; choose a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is an earlier export in this folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are other files in this folder; choose a new or an empty one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After the first training</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExportPlanCard</name>
    <message>
        <source>What will be written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images with a label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relabelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dropped, so left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files in class folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images of each class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>links</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} suspects are undecided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0} to {1} errors remain.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only {0} are free there.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FileFacts</name>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File and camera facts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the path of the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the image in its folder</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Clear filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probably wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suggested</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fits no class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Path contains</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images above the cut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sum of their probabilities; decided images are not counted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train once to see which labels are probably wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>relabelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dropped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decide all above in {0}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decide all above…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decide all above the cut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} undecided images from {2} to {3}, about {1} wrong labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} undecided images above {2}, about {1} wrong labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} undecided images, about {1} wrong labels among them</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FoundFiles</name>
    <message>
        <source>Files set aside</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GalleryDelegate</name>
    <message>
        <source>kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dropped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unsure</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GalleryModel</name>
    <message>
        <source>no label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>labelled {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>suggested {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>probably wrong {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GalleryPanel</name>
    <message>
        <source>Refresh order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decisions were made; the order stays as it is until you ask for a new one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As in the folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the thumbnails</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probably wrong first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lowest adaptive weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lowest consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Surest suggestion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gravest error first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fits no class first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duplicates together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suggested class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All {0} images shown are decided; {1} wrong labels found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder of images, and they will be shown here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images decided so far, {1} wrong labels found among them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All of these are decided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No image fits the filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Widen the probability range or take a filter away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GalleryView</name>
    <message>
        <source>Images to review</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>Probability that the label is wrong: lower and upper end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag the ends, or use the arrow keys (with Shift for the upper end)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from {0} to {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>Steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click a step to go to the moment after it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No decisions yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every step will be here, to be undone at any time.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImagePanel</name>
    <message>
        <source>Zoom; at 100 % one pixel of the file is one of the screen</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageView</name>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Open images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only names are read now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You see what is there before anything is opened, written or trained.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images in {1} classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images without a label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Classes ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files set aside ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These images cannot be opened like this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder, say above how the path names the class, or open a manifest with the columns path and label.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the column with the labels above, or mend the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Will be kept in {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobStatus</name>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pausing after this step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop; what was done is kept</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LiveView</name>
    <message>
        <source>The training begins</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images are checked and embedded first. Curves and suspects appear with the first epoch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watch the training here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>While it runs, labels that the models trust part from those they do not, and the first suspects can be opened at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adaptive weight: how far the label of an image is trusted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>suspects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>trusted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Current top suspects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Estimated share of wrong labels, %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images by adaptive weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most suspect, with the labels they came with; click one to look at it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dashed: first pass; bold: the fold that runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 suspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} suspects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0} of the labels wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pass {0}, fold {1}, epoch {2} of {3}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Evidence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>History</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Mosaic</name>
    <message>
        <source>Selected images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoticeStack</name>
    <message>
        <source>Something unexpected went wrong: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your decisions are saved; you can go on.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PictureFollower</name>
    <message>
        <source>This picture cannot be shown</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PictureRow</name>
    <message>
        <source>{0} of {1}: {2} {3}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetChoice</name>
    <message>
        <source>Quick</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One pass over two looks at each image. For a first impression.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about half the time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two passes over five looks at each image. The best measured settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seven looks and eight folds, so that each model sees more images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about 40 % more time</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>Image over the whole window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>← →  walk     + −  zoom     Space  close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dropped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unsure</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProjectController</name>
    <message>
        <source>Open a folder of images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Manifests (*.csv *.tsv *.txt *.parquet *.pq)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a manifest with the columns path and label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a project folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where is {0} now?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where are the images?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not in {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder that holds the class folders.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Views</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecentCard</name>
    <message>
        <source>Locate…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from this list; no file is deleted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove {0} from the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Locate {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder not found. Locate it, or remove it from this list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} flagged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} decided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not trained yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RetrainSummary</name>
    <message>
        <source>What the training changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trained again with your decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wrong labels found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>of what you decided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>are left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>suggestions changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>newly flagged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Moved up most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images that moved up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the summary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0} to {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>are left, was about {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best guess {0}, over the images without a decision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images are flagged no longer.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReviewStatus</name>
    <message>
        <source>Decided images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Errors left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Estimated wrong labels among the images without a decision: the sum of their probabilities, with an interval meant to hold in 95 of 100 data sets.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} decided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0} to {1} errors left</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Score</name>
    <message>
        <source>{0} over the training</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SelectionView</name>
    <message>
        <source>{0} images selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decided already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wrong among the undecided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labelled “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of {0} other classes</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source> (process {0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> and {0} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> outside the test split</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, pass </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, {0} megapixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; the first is &apos;{0}&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A manifest has the columns path and label.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A project folder holds a file project.sqlite.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add --labels FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An interrupted run into {0} is waiting in {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another run is writing to {0}{1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Artist</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Augmented views</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Author</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backbone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that you may read the images and write the project folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the folder&apos;s permissions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the path after --backbone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the path after --labels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the path for typing errors.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose CPU as the device, or close what else uses the GPU.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder that you may write to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a network for image classification.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a new name for the project.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder; nothing in this one was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one of: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one, for example --label-column {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Classes that differ in upper and lower case only: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Classes with test pictures only are never learned: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close other programs, or choose Quick, and start again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close programs that use these files, then run again with --resume --force.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the other window, then open it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the other window, then open the project again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to the network, or fetch the file elsewhere and pass --backbone {0}=FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copyright</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete that file to have it downloaded anew, or pass your own: --backbone {0}=FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Description</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Did you mean {0}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dimension</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Downloading the weights of {0} ...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>EfficientNet-Lite0, built in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every image is judged by models that did not train on it; with more folds each model sees more of the images and training takes longer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exposure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files that are no pictures were left out: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For example --class-from &apos;*/{class}/*.jpg&apos; or --class-from &apos;{class}_*.png&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space there, or name another folder in {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give every column a name of its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the folder that holds the pictures; a manifest goes after --labels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If the classes lie one folder level deeper, give that folder or --class-from &apos;*/{class}/**&apos;; or give --labels FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install the newer version to open it; nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs a line with path,label first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs {0} pixels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its paths are relative to the image folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep one row per picture; several opinions go into several label columns.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels come either from a manifest or from the paths, not from both.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave --device away, or pass --device cpu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave out --labels or --class-from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the options of labels and training out, or give the image folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for a quotation mark that is not closed, at or before that line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make it with --demo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make room on the disk, or free the project&apos;s folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make room, then run again with --resume to continue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark {0} as ambiguous</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory of {0} ran out; the batch is now {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a folder that you may write to with --out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a folder with --out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a new or an empty folder with --out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name another folder with --out, for example one beside it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name another folder with --out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the architecture that the file was made with: --backbone NAME=FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neighbour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None of the {0} files that {1} lists is in {2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None of the {0} pictures in {1} has a label.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not readable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has changed. Make room on the disk, or free the project&apos;s folder, and decide again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Numbers in an embedding, the point of an image in the hyperbolic ball.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Out of memory: the batch is halved to {0} pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pair loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pass the same options with --resume, or start anew with --force.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pass your own: --backbone {0}=FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures end in .jpg, .png, .webp, .bmp, .gif or .tif.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pillow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put a field that contains the separator into quotation marks: &quot;a,b&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relabel {0} to {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename that folder, or name another one with --out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename {0} to path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reopen {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore it from a backup, or begin a new project on the same images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rounds over the images in each fold.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save `module.state_dict()` instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the file as &apos;CSV UTF-8&apos;, or as Parquet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See that the file is there and that the disk has room, then export again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Slightly changed copies of each image; where they disagree, the image is judged with care. Each costs as much time as the first embedding.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Software</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something unexpected stopped the work: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start again; what was done is kept. The details are in the log.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The classes are named {0}: if these are parts of the data set, use --class-from &apos;*/{class}/**&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The decision could not be saved: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demonstration cannot be written to {0}: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device {0} was asked for, but this machine does not offer it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk of {0} is full.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The downloaded weights of {0} in {1} cannot be used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The feature cache {0} cannot be used: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file {0} of the project is damaged: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {0} already holds the results of an earlier run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {0} cannot be written: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {0} is not empty and holds no earlier results of this program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {0} is not empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {0}, which the run needs for itself, holds other files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image folder cannot be listed: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image folder {0} does not exist.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image folder {0} lies in {1}, which the run needs for itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image {0} cannot be exported: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The interrupted run in {0} had other options: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The label column &apos;{0}&apos; was chosen, but there is no manifest.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The labels file {0} cannot be read: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The labels file {0} is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network that turns an image into features. Empty: the built-in one. A name of torchvision or timm is downloaded once; a file is used as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The other files of the model are complete: use those.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The path pattern &apos;{0}&apos; cannot be used: it is relative to the image folder and holds {class} exactly once and no other braces.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project file {0} cannot be used: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project folder {0} cannot be made: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project {0} cannot be written: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project {0} is of an older version and open elsewhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project {0} is open in another window, so nothing can be changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project {0} was made by a newer version of this program (schema {1}; this one knows {2}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The results cannot be moved to {0}: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The results cannot go into the image folder itself: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same seed gives the same result on the same machine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The second pass trains on what the first one found to be likely right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights of {0} could not be downloaded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no pictures in {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no published weights of {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no backbone called {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no demonstration in {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file of weights at {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no interrupted run to continue; starting from the beginning.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no loss {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no project in {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no suggestion before the first training.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is {0}{1} in {2}; wrong labels need at least two.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train again; the decisions are not affected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unknown device {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --force to replace them, or name another folder with --out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --label-column {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --resume to continue it, or --force to start anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a name of timm or torchvision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait until it has ended, or name another folder with --out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it again, or give a CSV file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written after the first training only: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a duplicate carries another label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a folder for each class with the images in it; dropped images left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ambiguous image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>black and white</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by the number of images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>class folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>colour, transparent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>column {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>do not match &apos;{0}&apos;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>embeddings.npz and embeddings.parquet: points of the hyperbolic ball</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fits no class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gray, 16 bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gray, 32 bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gray, decimal values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gray, transparent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hard but right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it cannot be resized ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it holds no finite sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a link that leads nowhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not a regular file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is too large: more than {0} million pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it lies outside the image folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it starts like a {0} picture, but is damaged or of a kind that is not supported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its name is not valid UTF-8; rename it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its pixel format is not supported ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>journal.csv: every decision ever made, undone ones included</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>labels.csv takes {0} suggestions, of which about {1} or more should be right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>labels.csv: every image with its label before and after, and the decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lie in no class folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>likely wrong label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>linear model, pass {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>listed in {0}, but {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>load backbone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>make demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>missing {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no such file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no suffix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only one class, &apos;{0}&apos;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>openvino {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>palette</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>poincare ball</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>print colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>report.html: counts, confusion and the most suspect images on one page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rows written earlier are gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scores.csv and scores.parquet: probability, weight, consistency and more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file has vanished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file is empty (0 bytes)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the folder cannot be listed: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the manifest in its own format with the new labels; dropped images left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the path is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the picture is cut off (truncated file)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the picture is damaged ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the suggestions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is not enough memory to decode it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>torch {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>train, pass {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unexpected {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown columns {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} and {1} {2} give &apos;{3}&apos; different labels: &apos;{4}&apos; and &apos;{5}&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be read as a Parquet file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be read as weights.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be written as ONNX.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot hold results.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} does not give one feature vector per picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} does not hold the weights of {1}: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} does not take pictures of {1} x {2} pixels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} exists and is no demonstration of this app.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} files could not be read; see quarantine.csv.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} files were copied, as links to them cannot be made there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} fits none of the common architectures. The nearest is {1}: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has more than one column named {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has no column &apos;label&apos;, but several that may be meant: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} holds no state dict but a {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} holds weights of {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} in the folder that {1} does not list were left out: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is a file, not a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is a project: its state is exported, nothing is trained.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not exact enough for this backbone (cosine {1}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is {1} instead of {2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} line 1 names no column &apos;{1}&apos;; its columns are {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} line {1} has {2} fields, but the header names {3}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} line {1} holds a zero character: this is no CSV file in UTF-8.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} line {1} is not text in {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} line {1} is not valid CSV: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} links</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} lists {1} again with the same label; the first row counts: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of one picture can hardly be judged: {1}. Add pictures, or merge it with another class.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} to folders that are listed already were not followed: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} {1} and count as unlabelled: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} × {1} pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, of which the first is used</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find an action or a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click a key and press another one to change it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset all keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key for {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is the key of “{1}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All keys are as they were at first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sparkline</name>
    <message>
        <source>From {0} at first to {1} at the end, over {2} epochs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No history</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StageWords</name>
    <message>
        <source>Finding images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Making the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Embedding images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing features</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fitting linear models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scoring labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, pass {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Embed images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train, first pass</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train, second pass</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train, pass {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}/s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Recent projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop to open the manifest {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop to open the folder {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You can also drop a folder or a manifest anywhere on this page.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find the wrong labels in your images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See which labels are probably wrong and why, decide yourself, and export a clean data set. Your images stay where and as they are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images with a folder for each class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a manifest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV or Parquet with path and label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Digits with wrong labels, in a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1  Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A model learns from your images which labels do not fit the others.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2  Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suspects come first, beside images one can trust. One key decides.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3  Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New labels, class folders or a report. No image is ever deleted.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StepLine</name>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Epoch {0} of {1}, over all folds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Strips</name>
    <message>
        <source>Images whose labels were confirmed or are trusted by the training, the nearest first. Below each, its distance in the model&apos;s space: smaller is more alike.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trusted images of “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Near duplicates and their labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images that look the same, or are the same file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This training kept no embeddings to compare by.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No other image has this label.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None yet: no other image of this class is confirmed or trusted.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Main bar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in paths</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} (read-only)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrainPanel</name>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs on {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is lost; Resume continues where it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training is done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was done is kept: Start continues there, as long as the options are the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This project is open in another window, which can train it. Close that one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each image is turned into numbers once, then models learn which labels fit together and which do not. Nothing leaves this machine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was decided since, so other options are the only reason to train again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next training learns from your {0} decisions. The images are known already, so it takes less time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You can go on reviewing meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first suspects appear while it runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It took {0} on {1}. {2} labels are probably wrong; about {3} errors are expected among all images without a decision ({4} to {5}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the GPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the CPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>last time {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Auto (GPU where there is one)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU (CUDA)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU (Apple)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels I have checked count fully</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images that you kept or relabelled are trained on with full weight.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pauses as soon as the present step allows it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was done so far is saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Advanced ({0} changed)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Given and suggested label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adaptive weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the training trusted this label, 0 to 1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far slightly altered views of the image lead to the same class, 0 to 1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An estimate: the probability that the given label is wrong, as one counts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The last training said: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not judged yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train to see what speaks for this label.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not judged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training could not read this file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No label yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Below are the classes that it looks like.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probably wrong: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fits no class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looks right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>under 1 in 100 such are wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0} in 100 such are wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Farther from every class than at least 99 in 100 images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An image that looks the same has another label.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One other image looks the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} other images look the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You kept this label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You changed this label to {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You dropped this image; its file stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You marked this image as ambiguous</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>The application ended unexpectedly the last time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your decisions were saved. The details are in the log folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Work is still running. Stop it and close?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was done so far is kept and continued next time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is open in another window, so it is read-only here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the other window, then open it again to decide.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The images of {0} are not at {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bring the folder back, or show where it is now. Decisions are kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show where…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something unexpected went wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your decisions are saved; you can go on. The details are in the log.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Classes</name>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message>
        <source>Class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Entries</name>
    <message>
        <source>New class: “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Files</name>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why it was set aside</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Steps</name>
    <message>
        <source>Beginning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, undone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}
{1} images, {2}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>widget</name>
    <message>
        <source>looks right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>probably wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>model unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hard but right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>opened today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>opened yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>opened {0} days ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>opened on {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>

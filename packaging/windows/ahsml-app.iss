; The installer for Windows, by Inno Setup 6: iscc packaging\windows\ahsml-app.iss /DVersion=0.1.0
; It installs dist\ahsml-app, which packaging\freeze.py makes, for one user or for all.
#ifndef Version
  #error Pass the version: /DVersion=0.1.0
#endif

[Setup]
AppId=ahsml-app
AppName=ahsml-app
AppVersion={#Version}
AppPublisher=The ahsml-app authors
DefaultDirName={autopf}\ahsml-app
DefaultGroupName=ahsml-app
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesEnvironment=yes
Compression=lzma2
SolidCompression=yes
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=ahsml-app-{#Version}-setup
UninstallDisplayIcon={app}\ahsml-app-window.exe
WizardStyle=modern
; The workflow gives a signing tool of the name "sign" where there is a certificate.
#ifdef Sign
SignTool=sign
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.OpenFolder=Find wrong labels with ahsml-app
de.OpenFolder=Falsche Labels mit ahsml-app finden
en.AddToPath=Make the command ahsml-app known to new consoles
de.AddToPath=Den Befehl ahsml-app in neuen Konsolen bekannt machen

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "path"; Description: "{cm:AddToPath}"; Flags: unchecked

[Files]
Source: "..\..\dist\ahsml-app\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs

[Icons]
Name: "{group}\ahsml-app"; Filename: "{app}\ahsml-app-window.exe"
Name: "{autodesktop}\ahsml-app"; Filename: "{app}\ahsml-app-window.exe"; Tasks: desktopicon

[Registry]
; "Open with" of a folder: of images, or of a project.
Root: HKA; Subkey: "Software\Classes\Directory\shell\ahsml-app"; ValueType: string; ValueData: "{cm:OpenFolder}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Directory\shell\ahsml-app"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\ahsml-app-window.exe"
Root: HKA; Subkey: "Software\Classes\Directory\shell\ahsml-app\command"; ValueType: string; ValueData: """{app}\ahsml-app-window.exe"" ""%1"""
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: NotInPath

[Code]
function NotInPath: Boolean;
var
  Known: String;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Known) then
    Known := '';
  Result := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Known) + ';') = 0;
end;

@echo off
rem SPDX-License-Identifier: Apache-2.0
rem
rem Builds the command line when it is missing or older than its sources, then runs it: the
rem counterpart of scripts/swin, which explains the environment variables.
setlocal EnableExtensions DisableDelayedExpansion

for %%I in ("%~dp0..") do set "root=%%~fI"
set "dist=%root%\swin-djl-cli\target\dist"
set "jar=%dist%\swin-djl-cli.jar"
set "stamp=%dist%\native-cpu.path"
set "work=%root%\swin-djl-cli\target\launcher"
set "lock=%work%\lock"
set "log=%work%\build.log"

rem --- Java -----------------------------------------------------------------------------------
set "java=java.exe"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
set "version="
for /f "tokens=3" %%V in ('cmd /c ""%java%" -version 2>&1" ^| findstr /c:" version "') do (
    if not defined version set "version=%%~V"
)
if not defined version (
    echo swin: no Java found. Install a JDK, version 17 or newer, or set JAVA_HOME to one.>&2
    exit /b 4
)
set "release=%version%"
for /f "delims=.-+" %%V in ("%version%") do set "version=%%V"
if %version% LSS 17 (
    echo swin: Java %version% found, but 17 or newer is needed. Set JAVA_HOME to a newer JDK.>&2
    exit /b 4
)

rem --- Building -------------------------------------------------------------------------------
if /i "%SWIN_BUILD%"=="never" goto built
call :stale
if errorlevel 1 goto built
if not exist "%work%" mkdir "%work%"
set "waited="
:lock
mkdir "%lock%" 2>nul && goto locked
if not defined waited (
    echo swin: waiting for another start to finish building.>&2
    echo swin: If there is none, delete "%lock%".>&2
)
set "waited=yes"
ping -n 2 127.0.0.1 >nul
goto lock
:locked
call :stale
if errorlevel 1 goto unlock
where mvn >nul 2>&1
if errorlevel 1 (
    rmdir "%lock%"
    echo swin: the program must be built first, but there is no Maven. Install 3.8 or newer.>&2
    exit /b 4
)
echo swin: building; for the first time, Maven may have to download about 600 MB>&2
copy /y nul "%work%\begun" >nul
pushd "%root%"
call mvn -B -q -DskipTests -Djacoco.skip package >"%log%" 2>&1
set "failed=%ERRORLEVEL%"
popd
if not "%failed%"=="0" (
    if exist "%stamp%" del "%stamp%"
    rmdir "%lock%"
    findstr /c:"[ERROR]" "%log%" >&2
    echo swin: the build failed; the whole log is in "%log%">&2
    exit /b 4
)
rem A source saved while Maven ran must count as newer than the build.
if exist "%dist%\classes-*.jsa" del /f "%dist%\classes-*.jsa"
powershell -NoProfile -Command "(Get-Item -LiteralPath $env:stamp).LastWriteTimeUtc = (Get-Item -LiteralPath (Join-Path $env:work 'begun')).LastWriteTimeUtc"
:unlock
rmdir "%lock%" 2>nul
:built
if not exist "%stamp%" set "jar=%stamp%"
if not exist "%jar%" (
    echo swin: "%jar%" is missing; start once without SWIN_BUILD=never to build it.>&2
    exit /b 4
)

rem --- Choosing libtorch ----------------------------------------------------------------------
set "native=cpu"
set "reason="
set "wanted="
set "tf32="
call :scan %*
if defined PYTORCH_LIBRARY_PATH (
    set "native=path"
    set "reason=PYTORCH_LIBRARY_PATH is set"
    goto chosen
)
if "%wanted%"=="cpu" (
    set "reason=--device cpu was asked for"
    goto chosen
)
if not exist "%SystemRoot%\System32\nvcuda.dll" (
    set "reason=no NVIDIA driver: there is no nvcuda.dll"
    goto chosen
)
if "%CUDA_VISIBLE_DEVICES%"=="-1" (
    set "reason=CUDA_VISIBLE_DEVICES hides every NVIDIA device"
    goto chosen
)
set "runtime="
if defined CUDA_PATH if exist "%CUDA_PATH%\bin\cudart64_*.dll" set "runtime=yes"
where cudart64_12.dll >nul 2>&1
if not errorlevel 1 set "runtime=yes"
if not defined runtime (
    set "reason=there is an NVIDIA driver, but no CUDA runtime cudart64_12.dll on the PATH or in CUDA_PATH"
    goto chosen
)
set "native=cuda"
set "reason=an NVIDIA driver and the CUDA runtime were found"
:chosen
set "classpath=%jar%"
if "%native%"=="cpu" for /f "usebackq delims=" %%P in ("%stamp%") do set "classpath=%jar%;%%P"
if "%native%"=="cuda" if not defined PYTORCH_FLAVOR set "PYTORCH_FLAVOR=cu128"
if not "%native%"=="cpu" if not defined CUBLAS_WORKSPACE_CONFIG set "CUBLAS_WORKSPACE_CONFIG=:4096:8"
if not "%native%"=="path" goto run
if not defined PYTORCH_VERSION set "PYTORCH_VERSION=2.7.1"
if defined PYTORCH_FLAVOR goto run
set "PYTORCH_FLAVOR=cpu"
if exist "%PYTORCH_LIBRARY_PATH%\torch_cuda.dll" set "PYTORCH_FLAVOR=cu128"

:run
rem NVIDIA's libraries ask the environment whether they may round float32 factors to TF32.
if defined tf32 set "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1"
if not defined tf32 if not defined NVIDIA_TF32_OVERRIDE set "NVIDIA_TF32_OVERRIDE=0"
set "OPT_OUT_TRACKING=true"
rem scripts/swin explains these options.
set options=-Xlog:disable -Xlog:all=error:stderr -Xlog:cds*=off:stderr -Xshare:auto -XX:+UseParallelGC -XX:MaxRAMPercentage=25 -Djava.awt.headless=true ^
 -Djdk.http.auth.tunneling.disabledSchemes= ^
 -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 ^
 -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000
if %version% GEQ 22 set options=%options% --enable-native-access=ALL-UNNAMED
set "share="
if "%native%"=="cpu" call :archive
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=passive"
"%java%" %options% %share% "-Dswin.native=%native%" "-Dswin.native.reason=%reason%" ^
    %SWIN_JAVA_OPTS% -cp "%classpath%" io.github.swindjl.cli.Main %*
exit /b %ERRORLEVEL%

rem Sets share to the options for the archive of classes, made by the first start after a build. An
rem empty archive tells that making it failed.
:archive
set "archive=%dist%\classes-%release%.jsa"
set "rehearsal=%work%\rehearsal-%RANDOM%"
if exist "%archive%" goto archived
mkdir "%rehearsal%" 2>nul
if not exist "%rehearsal%" exit /b 0
"%java%" %options% "-XX:ArchiveClassesAtExit=%rehearsal%\new.jsa" -cp "%classpath%" ^
    io.github.swindjl.cli.Rehearsal "%rehearsal%" >"%work%\archive.log" 2>&1 <nul
if errorlevel 1 copy /y nul "%rehearsal%\new.jsa" >nul
move /y "%rehearsal%\new.jsa" "%archive%" >nul 2>&1
rmdir /s /q "%rehearsal%"
if not exist "%archive%" exit /b 0
:archived
for %%F in ("%archive%") do if not "%%~zF"=="0" set share="-XX:SharedArchiveFile=%archive%" -XX:+VerifySharedSpaces "-Dswin.archive=%archive%"
exit /b 0

rem Succeeds when something that is part of the program changed after the last successful build.
:stale
if not exist "%jar%" exit /b 0
if not exist "%stamp%" exit /b 0
powershell -NoProfile -Command "$built = (Get-Item -LiteralPath $env:stamp).LastWriteTimeUtc; $cpu = (Get-Content -LiteralPath $env:stamp -TotalCount 1); $files = @(Get-Item (Join-Path $env:root 'pom.xml'), (Join-Path $env:root 'swin-djl-*\pom.xml')) + @(Get-ChildItem -Recurse (Join-Path $env:root 'swin-djl-*\src\main')); if (-not (Test-Path -LiteralPath $cpu) -or ($files | Where-Object { $_.LastWriteTimeUtc -gt $built })) { exit 0 } else { exit 1 }"
exit /b %ERRORLEVEL%

rem Sets wanted to the value of --device, and tf32 if that is asked for. The command interpreter splits --device=cpu in two.
:scan
if "%~1"=="" exit /b 0
if "%~1"=="--device" set "wanted=%~2"
if "%~1"=="--tf32" set "tf32=yes"
shift
goto scan

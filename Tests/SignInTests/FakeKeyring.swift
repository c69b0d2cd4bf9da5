import Foundation

/// A `secret-tool` that keeps each secret in a file, and ends as the real one does.
struct FakeKeyring: Sendable {
    let folder: String
    /// The variables with which it is found.
    var environment: [String: String] {
        ["PATH": "\(folder):/usr/bin:/bin", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"]
    }

    init(in folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder + "/ring", withIntermediateDirectories: true)
        try answer(":")
    }

    /// Does what a line of the shell says first, from now on.
    func answer(_ line: String) throws {
        let script = """
            #!/bin/sh
            printf '%s\\n' "$*" >> '\(folder)/calls'
            \(line)
            for e; do :; done
            cd '\(folder)/ring' || exit 1
            case $1 in
            store) cat > "$e" ;;
            lookup) [ -f "$e" ] && cat "$e" ;;
            clear) rm "$e" 2>/dev/null ;;
            search) if [ -f "$e" ]; then echo "[/1]"; fi ;;
            esac
            """
        try script.write(toFile: folder + "/new", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder + "/new")
        // A script that is being run is not written over.
        guard rename(folder + "/new", folder + "/secret-tool") == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// The secrets that it has.
    var secrets: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder + "/ring").map {
                try String(contentsOfFile: "\(folder)/ring/\($0)", encoding: .utf8)
            }
        }
    }
}

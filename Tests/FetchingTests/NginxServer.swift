import Foundation
import Subprocess
import Testing

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// nginx on this machine with certificates of our own, for as long as a test takes.
enum NginxServer {
    /// What the server shows of itself.
    enum Certificate: Sendable {
        case sound, otherHost, expired
        /// Signed by itself, and by nobody else.
        case selfSigned
        /// Not yet in force.
        case future
    }

    struct Failure: Error { let what: String }

    /// `location` is what nginx answers with: directives of its configuration. `body` gets the server's address and the file
    /// of the authority that signed its certificate. Does nothing where nginx or openssl is absent.
    /// `server` are directives of the whole server. Beside the authority's file lie `client.pem` and `client.key`, which the
    /// authority signed, and `stranger.pem` and `stranger.key`, which it did not.
    static func serving(
        _ certificate: Certificate, _ location: String, server directives: String = "", version: String = "http2",
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (_ base: String, _ authority: String) async throws -> Void
    ) async throws {
        guard let nginx = program("nginx", sourceLocation), let openssl = program("openssl", sourceLocation) else { return }
        let folder = FileManager.default.temporaryDirectory.appending(path: "nginx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await makeCertificates(certificate, openssl, in: folder)
        let (listener, port) = try listen()
        try Data(configuration(location, directives, version, port: port).utf8).write(to: folder.appending(path: "nginx.conf"))

        let base = "https://127.0.0.1:\(port)"
        let authority = folder.appending(path: "authority.pem").path
        // nginx inherits a socket that listens already: nothing has to wait until it is ready, and no port is guessed. Should it
        // end, connections are refused and no longer wait.
        let done = try await Subprocess.run(
            .path(FilePath(nginx.path)), arguments: ["-p", folder.path, "-c", "nginx.conf", "-e", "stderr"],
            environment: .custom(["NGINX": "0;"]),
            input: .fileDescriptor(FileDescriptor(rawValue: listener), closeAfterSpawningProcess: true), output: .discarded,
            error: .discarded
        ) { execution -> Swift.Result<Void, any Error> in
            let result: Swift.Result<Void, any Error>
            do { result = .success(try await body(base, authority)) } catch { result = .failure(error) }
            try? execution.send(signal: .terminate)
            return result
        }
        try done.closureResult.get()
    }

    private static func program(_ name: String, _ sourceLocation: SourceLocation) -> URL? {
        let environment = ProcessInfo.processInfo.environment
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        let found = folders.map { $0 + "/" + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
        if let found { return URL(fileURLWithPath: found) }
        if environment["TOUCHLINE_REQUIRE"] == "1" {
            Issue.record("\(name) is absent: .ci/setup installs it", sourceLocation: sourceLocation)
        } else {
            print("skipped: \(name) is absent (.ci/setup installs it)")
        }
        return nil
    }

    /// A socket that listens on a free port of this machine.
    private static func listen() throws -> (descriptor: Int32, port: UInt16) {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        // Only the server that is given it shall have it.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && Foundation.listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard isBound else { throw Failure(what: "no port to listen at") }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private static func configuration(_ location: String, _ directives: String, _ version: String, port: UInt16) -> String {
        """
        daemon off;
        worker_processes 1;
        pid nginx.pid;
        error_log stderr;
        events { worker_connections 64; }
        http {
            access_log off;
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            server {
                listen 127.0.0.1:\(port) ssl \(version);
                \(directives)
                ssl_certificate server.pem;
                ssl_certificate_key server.key;
                location / { default_type application/json; \(location) }
            }
        }
        """
    }

    /// An authority of our own, and a server's certificate that it signed.
    private static func makeCertificates(_ certificate: Certificate, _ openssl: URL, in folder: URL) async throws {
        // `ca` is the one command of openssl that takes dates in the past, in every version.
        let settings = """
            [req]
            distinguished_name = name
            [name]
            [ca]
            default_ca = own
            [own]
            database = index.txt
            new_certs_dir = .
            serial = serial
            default_md = sha256
            policy = any
            copy_extensions = copy
            [any]
            commonName = supplied
            """
        try Data(settings.utf8).write(to: folder.appending(path: "ca.conf"))
        try Data().write(to: folder.appending(path: "index.txt"))
        try Data("01\n".utf8).write(to: folder.appending(path: "serial"))
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", "ca.conf"]
        let host = certificate == .otherHost ? "DNS:desk.example" : "IP:127.0.0.1"
        let dates =
            switch certificate {
            case .expired: ["20200101000000Z", "20200201000000Z"]
            case .future: ["20980101000000Z", "20991231000000Z"]
            case .sound, .otherHost, .selfSigned: ["20200101000000Z", "20991231000000Z"]
            }
        try await run(
            openssl,
            ["req", "-x509"] + key + [
                "-keyout", "authority.key", "-out", "authority.pem", "-days", "3650", "-subj", "/CN=authority", "-addext",
                "basicConstraints=critical,CA:true",
            ], in: folder)
        if certificate == .selfSigned {
            try await run(
                openssl,
                ["req", "-x509"] + key + [
                    "-keyout", "server.key", "-out", "server.pem", "-days", "3650", "-subj", "/CN=server", "-addext",
                    "subjectAltName=" + host,
                ], in: folder)
        } else {
            try await sign("server", host, dates, key, openssl, in: folder)
        }
        try await sign("client", "DNS:client.example", ["20200101000000Z", "20991231000000Z"], key, openssl, in: folder)
        try await run(
            openssl,
            ["req", "-x509"] + key + [
                "-keyout", "stranger.key", "-out", "stranger.pem", "-days", "3650", "-subj", "/CN=stranger",
            ],
            in: folder)
    }

    /// A certificate that the authority signs.
    private static func sign(
        _ name: String, _ alternative: String, _ dates: [String], _ key: [String], _ openssl: URL, in folder: URL
    ) async throws {
        try await run(
            openssl,
            ["req"] + key + [
                "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name, "-addext",
                "subjectAltName=" + alternative,
            ], in: folder)
        try await run(
            openssl,
            [
                "ca", "-batch", "-notext", "-config", "ca.conf", "-cert", "authority.pem", "-keyfile", "authority.key", "-in",
                name + ".csr", "-out", name + ".pem", "-startdate", dates[0], "-enddate", dates[1],
            ], in: folder)
    }

    private static func run(_ program: URL, _ arguments: [String], in folder: URL) async throws {
        let done = try await Subprocess.run(
            .path(FilePath(program.path)), arguments: Arguments(arguments), workingDirectory: FilePath(folder.path), input: .none,
            output: .discarded, error: .discarded)
        guard done.terminationStatus.isSuccess else {
            throw Failure(what: "\(program.lastPathComponent) \(arguments[0]) ended with \(done.terminationStatus)")
        }
    }
}

import Foundation

/// nginx on loopback, serving the pages in a folder: `/PATH/ENDPOINT?page=N` is `PATH/N.json`; below `/slow` after 50 ms.
final class PageServer {
    let base: String
    let curl: String
    private let server = Process()

    /// Nil where nginx, its module that waits, or curl is absent.
    init?(in folder: URL) throws {
        let module = "/usr/lib/nginx/modules/ngx_http_echo_module.so"
        guard let nginx = Self.program("nginx"), let curl = Self.program("curl"), FileManager.default.fileExists(atPath: module)
        else { return nil }
        self.curl = curl
        let (listener, port) = try Self.listen()
        base = "http://127.0.0.1:\(port)"
        let config = """
            daemon off;
            worker_processes 1;
            pid nginx.pid;
            error_log stderr;
            load_module \(module);
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                default_type application/json;
                sendfile on;
                keepalive_requests 100000;
                server {
                    listen 127.0.0.1:\(port);
                    root \(folder.path);
                    location /small { try_files /small/$arg_page.json =404; }
                    location /large { try_files /large/$arg_page.json =404; }
                    location /slow { echo_sleep 0.05; echo_exec @slow; }
                    location @slow { try_files /slow/$arg_page.json =404; }
                }
            }
            """
        try Data(config.utf8).write(to: folder.appending(path: "nginx.conf"))
        server.executableURL = URL(fileURLWithPath: nginx)
        server.arguments = ["-p", folder.path, "-c", "nginx.conf", "-e", "stderr"]
        // nginx inherits a socket that listens already: nothing has to wait until it is ready, and no port is guessed.
        server.environment = ["NGINX": "0;"]
        server.standardInput = FileHandle(fileDescriptor: listener, closeOnDealloc: false)
        server.standardError = FileHandle.nullDevice
        try server.run()
        close(listener)
    }

    func stop() {
        server.terminate()
        server.waitUntilExit()
    }

    private static func program(_ name: String) -> String? {
        ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"].map { $0 + "/" + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// A socket that listens on a free port of this machine.
    private static func listen() throws -> (descriptor: Int32, port: UInt16) {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && Foundation.listen(descriptor, 512) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileNoSuchFile) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}

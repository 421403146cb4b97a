import Foundation
import Language

/// What names of this test's own lead to: libcurl's question to the system is answered here. Names under any other end of the
/// world are asked for as ever.
enum NameServer {
    enum Answer: Sendable {
        /// The first that is tried comes first.
        case addresses([String])
        /// Nobody has that name.
        case nobody
        /// Nobody knows at the moment.
        case trouble
        /// Nothing, until `release()`; then what follows.
        indirect case silence(Silence, Answer)
    }

    /// Holds back who asks.
    final class Silence: Sendable {
        private let gate = DispatchSemaphore(value: 0)
        fileprivate func wait() {
            gate.wait()
            gate.signal()
        }
        func release() { gate.signal() }
    }

    private struct State {
        var answers: [String: [Answer]] = [:]
        var asked: [String: Int] = [:]
    }

    private static let state = Guarded(State())

    /// A name of the test's own: what it leads to, one answer after the other, the last one for good.
    static func name(_ label: String, _ answers: [Answer]) -> String {
        let name = "\(label)-\(UUID().uuidString.lowercased().prefix(8)).touchline.test"
        state.withLock { $0.answers[name] = answers }
        return name
    }

    static func asked(_ name: String) -> Int { state.withLock { $0.asked[name, default: 0] } }

    /// Nil for a name that is not ours.
    fileprivate static func answer(to name: String) -> Answer? {
        state.withLock { state in
            guard let answers = state.answers[name] else { return nil }
            let count = state.asked[name, default: 0]
            state.asked[name] = count + 1
            return answers[min(count, answers.count - 1)]
        }
    }

    typealias LookUp =
        @convention(c) (
            UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<addrinfo>?,
            UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
        ) -> Int32

    /// The system's own, which this program stands before.
    fileprivate static let system: LookUp? = dlsym(UnsafeMutableRawPointer(bitPattern: -1), "getaddrinfo").map {
        unsafeBitCast($0, to: LookUp.self)
    }

    fileprivate static func lookUp(
        _ answer: Answer, _ service: UnsafePointer<CChar>?, _ hints: UnsafePointer<addrinfo>?,
        _ result: UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>
    ) -> Int32 {
        switch answer {
        case .nobody: return EAI_NONAME
        case .trouble: return EAI_AGAIN
        case .silence(let silence, let next):
            silence.wait()
            return lookUp(next, service, hints, result)
        case .addresses(let addresses):
            var last: UnsafeMutablePointer<addrinfo>?
            for address in addresses {
                var found: UnsafeMutablePointer<addrinfo>?
                guard let system, system(address, service, hints, &found) == 0, let found else { continue }
                if let last { last.pointee.ai_next = found } else { result.pointee = found }
                last = found
                while let next = last?.pointee.ai_next { last = next }
            }
            return last == nil ? EAI_NONAME : 0
        }
    }
}

/// Stands before the system's function of this name for the whole program, its libraries included.
@_cdecl("getaddrinfo")
func touchlineTestsLookUp(
    _ node: UnsafePointer<CChar>?, _ service: UnsafePointer<CChar>?, _ hints: UnsafePointer<addrinfo>?,
    _ result: UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
) -> Int32 {
    if let node, let result, let answer = NameServer.answer(to: String(cString: node)) {
        return NameServer.lookUp(answer, service, hints, result)
    }
    guard let system = NameServer.system else { return EAI_FAIL }
    return system(node, service, hints, result)
}

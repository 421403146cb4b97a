import Foundation
import Language
import Testing

@testable import Fetching

/// How long is waited, for whom, and when nobody is asked any more.
struct PatienceTests {
    private static let now = Instant(seconds: 784_111_777)

    @Test(arguments: [
        ("0", 0), ("7", 7), (" 120 ", 120), ("99999999999999999999999", 1 << 31), ("2147483649", 1 << 31),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60), ("Sunday, 06-Nov-94 08:50:37 GMT", 60), ("Sun Nov  6 08:50:37 1994", 60),
        ("Sun, 06 Nov 1994 08:49:00 GMT", 0), ("Sun, 06 Nov 1994 09:50:37 +0100", 60),
    ])
    func `Retry-After is seconds or a date`(value: String, seconds: Int64) {
        #expect(RetryAfter.wait(value, date: nil, now: Self.now) == .seconds(seconds))
    }

    @Test(arguments: ["", "-1", "1.5", "soon", "7s", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "1e3", "٣"])
    func `what is neither asks for no wait`(value: String) {
        #expect(RetryAfter.wait(value, date: nil, now: Self.now) == nil)
    }

    @Test func `a date is meant on the partner's own clock`() {
        // The partner's clock is a day behind ours.
        let wait = RetryAfter.wait(
            "Sat, 05 Nov 1994 08:50:07 GMT", date: "Sat, 05 Nov 1994 08:49:37 GMT", now: Self.now)
        #expect(wait == .seconds(30))
        let without = RetryAfter.wait("Sun, 06 Nov 1994 08:50:07 GMT", date: "yesterday", now: Self.now)
        #expect(without == .seconds(30))
    }

    @Test(arguments: [
        ("10/s", Duration.milliseconds(100)), ("600/m", .milliseconds(100)), ("1/h", .seconds(3600)), ("1/d", .seconds(86400)),
    ])
    func `a rate is so many in a time`(text: String, interval: Duration) {
        #expect(Rate(text)?.interval == interval)
    }

    @Test(arguments: ["", "10", "0/s", "-1/s", "10/y", "1.5/s", "10/s/s", "+1/s", "ten/s", "10 / s"])
    func `what is no rate is refused`(text: String) {
        #expect(Rate(text) == nil)
    }

    @Test func `turns of one origin are spread evenly, whoever takes them`() {
        let origins = Origins()
        let taken = (0..<3).map { _ in origins.turn("a", every: .milliseconds(100), now: .zero) }
        #expect(taken == [.zero, .milliseconds(100), .milliseconds(200)])
        #expect(origins.turn("b", every: .milliseconds(100), now: .zero) == .zero)
        // What was not used is not saved up.
        #expect(origins.turn("a", every: .milliseconds(100), now: .seconds(9)) == .zero)
        #expect(origins.turn("a", every: .milliseconds(100), now: .seconds(9)) == .milliseconds(100))
    }

    @Test func `an origin that stays silent is left alone, and tried by one after a pause`() {
        let origins = Origins()
        for _ in 0..<9 { origins.note(.silence, at: "a", retries: 5, now: .zero) }
        #expect(!origins.isShut("a", now: .zero))
        origins.note(.silence, at: "a", retries: 5, now: .zero)
        #expect(origins.isShut("a", now: .zero))
        #expect(!origins.isShut("b", now: .zero))
        #expect(!origins.isShut("a", now: Origins.pause))
        #expect(origins.isShut("a", now: Origins.pause))
        origins.noteAnswer("a")
        #expect(!origins.isShut("a", now: Origins.pause))
    }

    @Test func `one request may be tried as often as its source says`() {
        let origins = Origins()
        for _ in 0..<21 { origins.note(.silence, at: "a", retries: 20, now: .zero) }
        #expect(!origins.isShut("a", now: .zero))
        for _ in 0..<29 { origins.note(.serverError, at: "b", retries: 0, now: .zero) }
        #expect(!origins.isShut("b", now: .zero))
        origins.note(.serverError, at: "b", retries: 0, now: .zero)
        #expect(origins.isShut("b", now: .zero))
    }

    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.9", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.8", "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1", "::10.0.0.1", "fc00::1", "fdff::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "ff02::1",
        "64:ff9b::10.0.0.1", "2002:0a00:0001::", "2001:0:1::1",
    ])
    func `an address that is not of the open internet is private`(text: String) {
        #expect(PrivateAddress.contains(text: text))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.0.1", "100.128.0.0", "126.0.0.1", "128.0.0.1", "169.253.0.1",
        "172.15.0.1",
        "172.32.0.1", "192.167.0.1", "192.169.0.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111",
        "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:0101:0101::", "2001:4860::8888", "desk.example", "",
    ])
    func `any other is not`(text: String) {
        #expect(!PrivateAddress.contains(text: text))
    }

    private static let proxied = [
        "http_proxy": "http://u:p@web:1", "https_proxy": "http://secure:2", "HTTP_PROXY": "http://evil:3",
        "no_proxy": "internal, .corp.example,10.0.0.0/8,one.example:8443,[2001:db8::1]",
    ]

    @Test(arguments: [
        ("http://x.example/", "http://u:p@web:1"), ("https://x.example/", "http://secure:2"), ("https://internal/", nil),
        ("https://a.internal/", nil), ("https://corp.example/", nil), ("https://a.b.corp.example/", nil),
        ("https://notcorp.example/", "http://secure:2"), ("https://10.20.30.40/", nil), ("https://11.0.0.1/", "http://secure:2"),
        ("https://one.example:8443/", nil), ("https://one.example/", "http://secure:2"), ("http://127.0.0.1:9/", nil),
        ("http://localhost/", nil), ("http://[::1]/", nil), ("https://[2001:db8::1]/", nil),
        ("https://[2001:db8::2]/", "http://secure:2"),
        ("https://INTERNAL./", nil),
    ])
    func `the environment says which proxy is asked, as curl reads it`(url: String, proxy: String?) throws {
        let address = try #require(WebAddress(url))
        #expect(Proxies(environment: Self.proxied).proxy(for: address) == proxy)
        #expect(Proxies().proxy(for: address) == nil)
        #expect(Proxies(environment: ["ALL_PROXY": "socks5://s:1", "NO_PROXY": "*"]).proxy(for: address) == nil)
    }

    @Test func `a proxy for all, and its password is not shown`() throws {
        let proxies = Proxies(environment: ["ALL_PROXY": "http://u:hunter2@all:1", "HTTPS_PROXY": "http://s:1"])
        #expect(proxies.proxy(for: try #require(WebAddress("http://x/"))) == "http://u:hunter2@all:1")
        #expect(proxies.proxy(for: try #require(WebAddress("https://x/"))) == "http://s:1")
        #expect(!"\(proxies)".contains("hunter2"))
    }
}

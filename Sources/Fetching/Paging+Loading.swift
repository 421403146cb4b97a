import Language

extension Paging {
    /// Reads `page:`; nil, with diagnostics, where it is wrong. Absent means one page.
    static func load(_ mapping: inout YAMLMapping, _ format: PageFormat?) -> Paging? {
        guard let node = mapping.node("page") else { return Paging.none }
        let diagnostics = mapping.diagnostics
        if node.text == "none" { return Paging.none }
        guard case .mapping = node.kind, var keys = YAMLMapping(node, "'page'", diagnostics) else {
            diagnostics.error(
                .unknownPaging, at: node.position, "'page' cannot be \(node.summary)",
                help: "write 'none', or one of 'link_header: true', 'next_url: …', 'cursor: {…}', 'number: {…}', 'offset: {…}'")
            return nil
        }
        // Rows have no body to look into: the page's end would be taken for the source's.
        let environment = format == .json || format == nil ? Paging.environment : Paging.headersAlone
        let loader = PagingLoader(environment: environment, diagnostics: diagnostics)
        var found: [Paging] = []
        if let expression = keys.node("next_url") { loader.expression(expression).map { found.append(.nextURL($0)) } }
        if let node = keys.node("link_header"), let isOn = keys.bool("link_header") {
            found.append(.linkHeader)
            if !isOn {
                diagnostics.error(.unknownPaging, at: node.position, "'link_header' can only be true", help: "write 'page: none'")
            }
        }
        if var cursor = keys.mapping("cursor") { loader.cursor(&cursor).map { found.append(.cursor($0)) } }
        if var numbers = keys.mapping("number") { loader.numbers(&numbers).map { found.append(.number($0)) } }
        if var offsets = keys.mapping("offset") { loader.offsets(&offsets).map { found.append(.offset($0)) } }
        keys.finish()
        if keys.keys.count != 1 {
            diagnostics.error(.unknownPaging, at: node.position, "'page' needs exactly one kind of paging")
        }
        return found.first
    }
}

/// Reads the parts of `page:`. What is nil was said to be wrong.
private struct PagingLoader {
    let environment: Environment
    let diagnostics: Diagnostics

    func expression(_ node: YAMLNode) -> Expression? {
        Expression.compile(node, in: environment, diagnostics: diagnostics)
    }

    func cursor(_ keys: inout YAMLMapping) -> Paging.Cursor? {
        defer { keys.finish() }
        let param = param(&keys)
        let from = keys.required("from").flatMap(expression)
        let more = keys.node("more").flatMap(expression)
        guard let param, let from else { return nil }
        return Paging.Cursor(param: param, from: from, more: more)
    }

    func numbers(_ keys: inout YAMLMapping) -> Paging.Numbers? {
        defer { keys.finish() }
        let param = param(&keys)
        let start = keys.int("start", in: 0...1_000_000_000) ?? 1
        let size = size(&keys)
        let pages = keys.node("pages").flatMap(expression)
        guard let param else { return nil }
        return Paging.Numbers(param: param, start: start, size: size, pages: pages)
    }

    func offsets(_ keys: inout YAMLMapping) -> Paging.Offsets? {
        defer { keys.finish() }
        let param = param(&keys)
        let size = size(&keys)
        let total = keys.node("total").flatMap(expression)
        guard let param else { return nil }
        return Paging.Offsets(param: param, size: size, total: total)
    }

    private func param(_ keys: inout YAMLMapping) -> String? {
        guard let node = keys.required("param") else { return nil }
        if let text = node.text, !text.isEmpty { return text }
        diagnostics.error(.wrongValue, at: node.position, "'param' must be the name of a query parameter, not \(node.summary)")
        return nil
    }

    private func size(_ keys: inout YAMLMapping) -> Paging.Size? {
        let param = keys.text("size_param")
        guard let count = keys.int("size", in: 1...1_000_000_000) else {
            if let node = keys.node("size_param"), !keys.keys.contains("size") {
                diagnostics.error(.missingKey, at: node.position, "'size_param' needs the key 'size' beside it")
            }
            return nil
        }
        return Paging.Size(param: param, count: count)
    }
}

extension Preset {
    static let servicenow = Preset(
        name: "servicenow",
        about: "ServiceNow: incidents of the Table API, with every audited change from sys_audit, which is pulled once for all.",
        url: """
            https://INSTANCE.service-now.com/api/now/table/incident?sysparm_limit=1000: the incidents, with values and not \
            display values. The user needs to read sys_audit, and the instance must audit the incident table
            """,
        text: #"""
            format: json
            missing: [""]
            page: {link_header: true}
            records: 'body.result'
            children:
              changes:
                url: '/api/now/table/sys_audit?sysparm_query=tablename%3Dincident%5EORDERBYsys_created_on&sysparm_limit=1000'
                records: 'body.result'
                page: {link_header: true}
                key: 'it.documentkey'
                record_key: 'it.sys_id'
            map:
              id: 'it.number'
              kind: '"support"'
              opened: 'parseTime(it.?opened_at.orValue(it.sys_created_on), "%Y-%m-%d %H:%M:%S", "UTC")'
              closed: 'it.?closed_at.optMap(t, parseTime(t, "%Y-%m-%d %H:%M:%S", "UTC"))'
              updated: 'it.?sys_updated_on.optMap(t, parseTime(t, "%Y-%m-%d %H:%M:%S", "UTC"))'
              severity: {of: 'it.?priority.orValue("unset")', table: {"1": S1, "2": S2, "3": S3, "4": S4, "5": S4}}
              # A reference is an object, or a text where the URL says sysparm_exclude_reference_link=true.
              customer: {id: 'it.?company.optMap(c, type(c) == string ? c : c.value)'}
              owner: 'it.?assigned_to.optMap(a, type(a) == string ? a : a.value)'
              attributes:
                subject: 'it.short_description'
                status: 'it.state'
                channel: 'it.contact_type'
              events:
                - at: 'parseTime(it.?opened_at.orValue(it.sys_created_on), "%Y-%m-%d %H:%M:%S", "UTC")'
                  activity: '"opened"'
                  actor: {party: '"customer"'}
                  channel: 'it.contact_type'
                # The first comment that the caller sees. A caller who writes in the portal is who created the incident there.
                - at: >-
                    it.changes.filter(c, c.fieldname == "comments" && has(c.newvalue)
                    && !(it.?contact_type == optional.of("self-service") && c.?user == it.?sys_created_by))[?0]
                    .optMap(c, parseTime(c.sys_created_on, "%Y-%m-%d %H:%M:%S", "UTC"))
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                # 1 new, 2 in progress, 3 on hold, 6 resolved, 7 closed, 8 canceled. What it is on hold for has a field of its own.
                - for: [c in it.changes]
                  when: 'c.fieldname == "state" && c.?newvalue.orValue("3") != "3"'
                  at: &changed 'parseTime(c.sys_created_on, "%Y-%m-%d %H:%M:%S", "UTC")'
                  activity:
                    of: 'c.newvalue in ["1", "2"] ? c.newvalue + " after " + c.?oldvalue.orValue("1") : c.newvalue'
                    table:
                      2 after 1: work_started
                      2 after 3: work_resumed
                      2 after 6: reopened
                      1 after 6: reopened
                      "6": resolved
                      "7": closed
                      "8": closed
                    otherwise: other
                  actor: &actor
                    id: 'c.user'
                    # Rules of the system act as its own user.
                    party: >-
                      c.?user == optional.of("system") ? optional.none() : optional.of(
                      it.?contact_type == optional.of("self-service") && c.?user == it.?sys_created_by ? "customer" : "partner")
                  attributes:
                    from: 'c.oldvalue'
                    to: 'c.newvalue'
                - for: [c in it.changes]
                  when: 'c.fieldname == "hold_reason" && has(c.newvalue)'
                  at: *changed
                  activity: {of: 'c.newvalue', table: {"1": waiting_for_customer, "4": waiting_for_vendor}, otherwise: on_hold}
                  actor: *actor
                - for: [c in it.changes]
                  when: 'c.fieldname == "assigned_to"'
                  at: *changed
                  activity:
                    of: '!has(c.newvalue) ? "nobody" : has(c.oldvalue) ? "next" : "first"'
                    table: {first: assigned, next: reassigned, nobody: unassigned}
                    otherwise: other
                  actor: *actor
                  attributes:
                    owner: 'c.newvalue'
                    from: 'c.oldvalue'
                    to: 'c.newvalue'
                - for: [c in it.changes]
                  when: 'c.fieldname == "assignment_group" && has(c.newvalue)'
                  at: *changed
                  activity: {of: 'has(c.oldvalue) ? "next" : "first"', table: {first: routed, next: reassigned}, otherwise: other}
                  actor: *actor
                  attributes:
                    team: 'c.newvalue'
                    from: 'c.oldvalue'
                    to: 'c.newvalue'
                # 1 is the gravest.
                - for: [c in it.changes]
                  when: 'c.fieldname == "priority" && has(c.oldvalue) && has(c.newvalue) && c.newvalue > c.oldvalue'
                  at: *changed
                  activity: '"severity_lowered"'
                  actor: *actor
                - for: [c in it.changes]
                  when: 'c.fieldname == "comments" && has(c.newvalue)'
                  at: *changed
                  activity:
                    of: 'it.?contact_type == optional.of("self-service") && c.?user == it.?sys_created_by ? "customer" : "partner"'
                    table: {customer: customer_replied, partner: customer_update}
                    otherwise: other
                  actor: *actor
                  text: 'c.newvalue'
            """#)
}

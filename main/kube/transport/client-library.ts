// What is used of the client library, named where a bundler can see it: an import of the whole package at run time would bundle 16 MB of it.
export { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
